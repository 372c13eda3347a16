using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Anteroom.Harness;
using Anteroom.Server.Credentials.Passkeys;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Passkeys;
using static Anteroom.Harness.AuthenticatorManners;
using Cbor = Anteroom.Harness.SoftwareAuthenticator.Cbor;

namespace Anteroom.Tests.EndToEnd;

/// <summary>From the owner link to the first administrator, and how passkeys are made: over HTTP, with one thing bent after the other.</summary>
public sealed class OwnerPasskeyTests(SharedRig shared)
{
    private static readonly (string, string)[] Ada = [("userName", "ada@operator.example"), ("displayName", "Ada Lovelace")];

    private static async Task<string> LinkAsync(AnteroomRig rig)
    {
        var (link, now) = (Handle.New(OwnerLink.Prefix, OrganizationId.Platform), rig.Clock.GetUtcNow());
        await rig
            .Database.In(OrganizationId.Platform)
            .ExecuteAsync(
                """
                INSERT INTO one_time_links (organization_id, link_id, purpose, sha256, expires_at, created_at)
                VALUES (@organization, @id, @purpose, @hash, @expires, @now)
                """,
                new
                {
                    id = Guid.CreateVersion7(now),
                    purpose = OwnerLink.Purpose,
                    hash = link.Sha256(),
                    expires = now + TimeSpan.FromMinutes(30),
                    now,
                },
                default
            );
        return $"{rig.Address}{OwnerLink.Path}?{OwnerLink.Parameter}={link.Reveal()}";
    }

    private static OrganizationRows Platform(AnteroomRig rig) => new(rig.Database, OrganizationId.Platform);

    private static (string, string)[] Named(string name) => [("userName", $"{name}@operator.example"), ("displayName", "Ada Lovelace")];

    /// <summary>A name that nobody else in the shared installation takes.</summary>
    private static string NewName() => "ada-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));

    [Fact]
    [Trait("Security", "SEC-266")]
    [Trait("Security", "SEC-265")]
    public async Task Makes_the_first_administrator_who_comes_back_with_the_passkey()
    {
        await using var rig = await AnteroomRig.StartAsync();
        var application = await RelyingParty.RegisterAsync(rig);
        var (address, unused) = (await LinkAsync(rig), await LinkAsync(rig));
        using var authenticator = new SoftwareAuthenticator(rig.Address);
        using var browser = rig.NewBrowser();
        var page = await browser.GetAsync(address);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(address)).Status); // opening it consumes nothing

        var options = await PasskeyVisit.AskAsync(browser, page, Ada);
        using (var asked = JsonDocument.Parse(options.Body))
        {
            Assert.Equal("none", asked.RootElement.GetProperty("attestation").GetString());
            Assert.Equal(
                [-7, -257],
                asked.RootElement.GetProperty("pubKeyCredParams").EnumerateArray().Select(one => one.GetProperty("alg").GetInt32())
            );
            var selection = asked.RootElement.GetProperty("authenticatorSelection");
            Assert.Equal("required", selection.GetProperty("userVerification").GetString());
            Assert.Equal("required", selection.GetProperty("residentKey").GetString());
            Assert.Equal("ada@operator.example", asked.RootElement.GetProperty("user").GetProperty("name").GetString());
        }
        var done = await browser.PostAsync(
            rig.Address + PasskeyVisit.OfferOn(page)!.GetAttribute("action"),
            PasskeyVisit.FieldsOf(page, ("credential", authenticator.Create(options.Body))),
            follow: false
        );

        Assert.Equal((HttpStatusCode.SeeOther, "/console"), (done.Status, done.Location));
        Assert.True(rig.HasSession(browser));
        Assert.Empty(await rig.Invariants.ViolationsAsync());
        var ada = (await rig.Get<UserStore>().FindByUserNameAsync(OrganizationId.Platform, "ada@operator.example", default))!;
        Assert.Equal((BuiltInRoles.Administrator, "Ada Lovelace", "ada@operator.example"), (ada.Role.Key, ada.DisplayName, ada.Email));
        foreach (var action in (string[])["owner_link.used", "user.created", "passkey.added", "sign_in.succeeded"])
            Assert.Single(await Platform(rig).AuditAsync(action));
        foreach (var link in (string[])[address, unused]) // dead after the first administrator
            Refused.AssertPage(await browser.GetAsync(link), "owner_link_invalid");

        using var another = rig.NewBrowser();
        var attempt = application.Begin(("organization", "platform"));
        var question = await another.GetAsync(attempt.Address.AbsoluteUri);
        Assert.Null(question.Html.QuerySelector("button.account")); // the platform has no connection
        var tokens = await application.RedeemAsync(attempt, await PasskeyVisit.SignInAsync(another, question, authenticator));
        Assert.Equal(ada.Subject, tokens.Subject);

        // Nobody had to name the organization either.
        using var third = rig.NewBrowser();
        var nameless = application.Begin();
        var identify = await third.GetAsync(nameless.Address.AbsoluteUri);
        var again = await application.RedeemAsync(nameless, await PasskeyVisit.SignInAsync(third, identify, authenticator));
        Assert.Equal(ada.Subject, again.Subject);
        Assert.Empty(await rig.Invariants.ViolationsAsync());
    }

    /// <summary>What is bent, and the check that must say no.</summary>
    public static TheoryData<string, string> Bent =>
        new()
        {
            { "type", "type" },
            { "origin", "origin" },
            { "frame", "cross_origin" },
            { "top origin", "cross_origin" },
            { "relying party", "rp_id" },
            { "nobody present", "user_presence" },
            { "nobody verified", "user_verification" },
            { "backed up, not eligible", "backup" },
            { "an algorithm that we did not offer", "algorithm" },
            { "RSA of 2,047 bits", "algorithm" },
            { "a point that is not on the curve", "credential" },
            { "bytes behind the attestation", "malformed" },
            { "an attestation of indefinite length", "malformed" },
            { "a key twice", "malformed" },
            { "a statement as deep as a well", "malformed" },
            { "no credential", "malformed" },
        };

    private static AuthenticatorManners Bend(string what, AnteroomRig rig) =>
        what switch
        {
            "type" => new() { Type = "webauthn.get" },
            "origin" => new() { Origin = "https://localhost" },
            "frame" => new() { CrossOrigin = true },
            "top origin" => new() { TopOrigin = rig.Address },
            "relying party" => new() { RpId = "example" },
            "nobody present" => new() { Flags = UserVerified },
            "nobody verified" => new() { Flags = UserPresent },
            "backed up, not eligible" => new() { Flags = UserPresent | UserVerified | BackedUp },
            "an algorithm that we did not offer" => new() { Algorithm = -35 },
            "RSA of 2,047 bits" => new() { CoseKey = RsaOf(2047) },
            "a point that is not on the curve" => new() { CoseKey = EllipticOf(new byte[32], [.. new byte[31], 1]) },
            "bytes behind the attestation" => new() { Attestation = bytes => [.. bytes, 0xf6] },
            "an attestation of indefinite length" => new() { Attestation = bytes => [0xbf, .. bytes[1..], 0xff] },
            "a key twice" => new() { Attestation = bytes => [0xa4, .. bytes[1..], .. Cbor.Text("fmt"), .. Cbor.Text("none")] },
            "a statement as deep as a well" => new() { Attestation = Deepen },
            "no credential" => new() { Data = bytes => [.. bytes[..32], (byte)(bytes[32] & ~0x40), .. bytes[33..37]] },
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };

    private static byte[] RsaOf(int bits)
    {
        var modulus = RandomNumberGenerator.GetBytes((bits + 7) / 8);
        modulus[0] = (byte)(1 << ((bits - 1) % 8));
        return Cbor.Map(
            (Cbor.Number(1), Cbor.Number(3)),
            (Cbor.Number(3), Cbor.Number(-257)),
            (Cbor.Number(-1), Cbor.Bytes(modulus)),
            (Cbor.Number(-2), Cbor.Bytes([1, 0, 1]))
        );
    }

    private static byte[] EllipticOf(byte[] x, byte[] y) =>
        Cbor.Map(
            (Cbor.Number(1), Cbor.Number(2)),
            (Cbor.Number(3), Cbor.Number(-7)),
            (Cbor.Number(-1), Cbor.Number(1)),
            (Cbor.Number(-2), Cbor.Bytes(x)),
            (Cbor.Number(-3), Cbor.Bytes(y))
        );

    /// <summary>Puts arrays within arrays into the empty statement.</summary>
    private static byte[] Deepen(byte[] attestation)
    {
        byte[] empty = [.. Cbor.Text("attStmt"), .. Cbor.Map()];
        var at = attestation.AsSpan().IndexOf(empty);
        byte[] deep = [.. Cbor.Text("attStmt"), 0xa1, .. Cbor.Text("a"), .. Enumerable.Repeat((byte)0x81, 16), 0x00];
        return [.. attestation[..at], .. deep, .. attestation[(at + empty.Length)..]];
    }

    [Theory]
    [MemberData(nameof(Bent))]
    [Trait("Security", "SEC-220")]
    [Trait("Security", "SEC-221")]
    [Trait("Security", "SEC-223")]
    public async Task Makes_nothing_of_an_answer_that_is_not_as_it_should_be(string what, string check)
    {
        var (rig, _) = await shared.GetAsync();
        var (address, name) = (await LinkAsync(rig), NewName());
        using var authenticator = new SoftwareAuthenticator(rig.Address);
        using var browser = rig.NewBrowser();
        var page = await browser.GetAsync(address);

        var options = await PasskeyVisit.AskAsync(browser, page, Named(name));
        var refused = await PasskeyVisit.SendAsync(browser, page, authenticator.Create(options.Body, Bend(what, rig)));

        Refused.AssertPage(refused, "passkey_invalid");
        var told = (await Platform(rig).AuditAsync("passkey.refused")).First(item => item.CorrelationId == refused.CorrelationId);
        Assert.Equal(("passkey_invalid", check), (told.Reason, told.Details.GetProperty("check").GetString()));
        Assert.False(rig.HasSession(browser));
        Assert.Null(await rig.Get<UserStore>().FindByUserNameAsync(OrganizationId.Platform, $"{name}@operator.example", default));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(address)).Status); // the link is as open as before
    }

    [Theory]
    [InlineData(15)]
    [InlineData(1024)]
    [Trait("Security", "SEC-221")]
    public async Task A_credential_has_an_id_of_16_to_1023_bytes(int bytes)
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddAccountAsync("mira@" + contoso.Domain, null);
        using var wrong = new SoftwareAuthenticator(rig.Address, RandomNumberGenerator.GetBytes(bytes));
        Assert.Equal(
            new PasskeyRefusal(ReasonCodes.PasskeyInvalid, "credential_id"),
            await RefusalOfAsync(PasskeyVisit.TryEnrolAsync(rig, mira, wrong))
        );

        using var right = new SoftwareAuthenticator(rig.Address, RandomNumberGenerator.GetBytes(bytes == 15 ? 16 : 1023));
        await PasskeyVisit.EnrolAsync(rig, mira, right);
    }

    [Fact]
    [Trait("Security", "SEC-221")]
    public async Task A_credential_has_one_owner_over_all_organizations()
    {
        var (rig, _) = await shared.GetAsync();
        var (contoso, fabrikam) = (await Contoso.CreateAsync(rig), await Contoso.CreateAsync(rig));
        var mira = await contoso.AddAccountAsync("mira@" + contoso.Domain, null);
        var dana = await fabrikam.AddAccountAsync("dana@" + fabrikam.Domain, null);
        using var authenticator = new SoftwareAuthenticator(rig.Address);
        await PasskeyVisit.EnrolAsync(rig, mira, authenticator);

        Assert.Equal(ReasonCodes.PasskeyExists, (await RefusalOfAsync(PasskeyVisit.TryEnrolAsync(rig, dana, authenticator)))?.Reason);
        Assert.Equal(ReasonCodes.PasskeyExists, (await RefusalOfAsync(PasskeyVisit.TryEnrolAsync(rig, mira, authenticator)))?.Reason);

        Assert.Equal(1, await contoso.Rows.CountAsync("passkeys"));
        Assert.Equal(0, await fabrikam.Rows.CountAsync("passkeys"));
    }

    [Fact]
    [Trait("Security", "SEC-219")]
    public async Task A_passkey_that_another_browser_made_is_nobodys()
    {
        var (rig, _) = await shared.GetAsync();
        var address = await LinkAsync(rig);
        using var authenticator = new SoftwareAuthenticator(rig.Address);
        using var browser = rig.NewBrowser();
        using var other = rig.NewBrowser();
        var (page, elsewhere) = (await browser.GetAsync(address), await other.GetAsync(address));

        var options = await PasskeyVisit.AskAsync(browser, page, Named(NewName()));
        var refused = await PasskeyVisit.SendAsync(other, elsewhere, authenticator.Create(options.Body));

        Refused.AssertPage(refused, "passkey_challenge_missing");
        Assert.False(rig.HasSession(other));
    }

    [Fact]
    [Trait("Security", "SEC-266")]
    public async Task The_link_and_a_name_that_is_taken_refuse_without_a_trace()
    {
        var (rig, _) = await shared.GetAsync();
        var (address, name) = (await LinkAsync(rig), NewName());
        using var authenticator = new SoftwareAuthenticator(rig.Address);
        using var browser = rig.NewBrowser();
        var page = await browser.GetAsync(address);
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await PasskeyVisit.AskAsync(browser, page, ("userName", "ada"), ("displayName", "Ada"))).Status
        );
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await PasskeyVisit.AskAsync(browser, page, ("userName", "a@b.example"), ("displayName", ""))).Status
        );

        var first = await PasskeyVisit.AskAsync(browser, page, Named(name));
        Assert.Equal("/console", (await SendAsync(browser, page, authenticator.Create(first.Body))).Location);

        Assert.Equal(HttpStatusCode.NotFound, (await PasskeyVisit.AskAsync(browser, page, Named(name))).Status); // used
        var second = await LinkAsync(rig);
        var again = await browser.GetAsync(second);
        using var another = new SoftwareAuthenticator(rig.Address);
        var options = await PasskeyVisit.AskAsync(browser, again, Named(name));
        Refused.AssertPage(await SendAsync(browser, again, another.Create(options.Body)), "user_name_taken");
        Assert.Equal((1L, 0L), (await CountAsync(authenticator), await CountAsync(another))); // others of the installation make passkeys too
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(second)).Status);

        Task<long> CountAsync(SoftwareAuthenticator of) =>
            Platform(rig)
                .FirstAsync<long>(
                    "SELECT count(*) FROM passkeys WHERE organization_id = @organization AND credential_id = @id",
                    new { id = of.CredentialId }
                );
    }

    [Fact]
    [Trait("Security", "SEC-266")]
    public async Task One_link_makes_one_administrator_also_at_the_same_moment()
    {
        await using var rig = await AnteroomRig.StartAsync();
        var address = await LinkAsync(rig);

        var pages = await StartBarrier.RunAsync(
            6,
            async number =>
            {
                var browser = rig.NewBrowser();
                var page = await browser.GetAsync(address);
                using var authenticator = new SoftwareAuthenticator(rig.Address);
                var options = await PasskeyVisit.AskAsync(browser, page, Named($"ada-{number}"));
                return (browser, page, Answer: authenticator.Create(options.Body));
            },
            async ready =>
            {
                using (ready.browser)
                    return await SendAsync(ready.browser, ready.page, ready.Answer);
            }
        );

        Assert.Single(pages, page => page.Location == "/console");
        Assert.All(pages.Where(page => page.Location is null), page => Refused.AssertPage(page, "owner_link_invalid"));
        foreach (var table in (string[])["users", "passkeys", "passkey_users", "sessions"])
            Assert.Equal(1, await Platform(rig).CountAsync(table));
    }

    [Fact]
    [Trait("Security", "SEC-041")]
    [Trait("Security", "SEC-225")]
    public async Task Passkeys_change_only_right_after_a_sign_in()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddAccountAsync("mira@" + contoso.Domain, null);
        using var authenticator = new SoftwareAuthenticator(rig.Address);
        var passkey = await PasskeyVisit.EnrolAsync(rig, mira, authenticator);
        var (now, passkeys) = (rig.Clock.GetUtcNow(), rig.Get<ChangePasskeys>());
        var old = now - TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1);
        var owner = new PasskeyOwner(mira.Organization, mira.Id, mira.UserName, mira.DisplayName);

        var begun = await rig.Get<PasskeyEnrolment>()
            .BeginAsync(new DefaultHttpContext(), PasskeyRelyingParty.At(rig.Address)!, owner, CeremonyBinding.To("test"), old, default);
        Assert.False(begun.TryGet(out _, out var refusal));
        Assert.Equal(ReasonCodes.AuthenticationTooOld, refusal.Reason);
        await using var tx = await rig.Database.BeginAsync(mira.Organization, default);
        Assert.Equal(
            ReasonCodes.AuthenticationTooOld,
            (await passkeys.RenameAsync(tx, mira.Id, passkey.Id, "Phone", old, AnteroomRig.Desk, default))?.Reason
        );
        Assert.Equal(
            ReasonCodes.AuthenticationTooOld,
            (await passkeys.RemoveAsync(tx, mira.Id, passkey.Id, old, AnteroomRig.Desk, default))?.Reason
        );
        Assert.Equal(
            ReasonCodes.ValidationFailed,
            (await passkeys.RenameAsync(tx, mira.Id, passkey.Id, new string('x', 101), now, AnteroomRig.Desk, default))?.Reason
        );

        Assert.Null(await passkeys.RenameAsync(tx, mira.Id, passkey.Id, "Phone", now, AnteroomRig.Desk, default));
        await tx.CommitAsync(default);
        Assert.Equal("Phone", Assert.Single(await rig.Get<PasskeyStore>().ListAsync(mira.Organization, mira.Id, default)).Name);
        Assert.Single(await contoso.Rows.AuditAsync("passkey.renamed"));
    }

    [Fact]
    [Trait("Security", "SEC-225")]
    public async Task The_last_passkey_of_an_operator_stays()
    {
        var (rig, _) = await shared.GetAsync();
        var address = await LinkAsync(rig);
        using var authenticator = new SoftwareAuthenticator(rig.Address);
        using var browser = rig.NewBrowser();
        var (page, name) = (await browser.GetAsync(address), NewName());
        await SendAsync(browser, page, authenticator.Create((await PasskeyVisit.AskAsync(browser, page, Named(name))).Body));
        var ada = (await rig.Get<UserStore>().FindByUserNameAsync(OrganizationId.Platform, $"{name}@operator.example", default))!;
        var (store, now) = (rig.Get<PasskeyStore>(), rig.Clock.GetUtcNow());
        var first = Assert.Single(await store.ListAsync(OrganizationId.Platform, ada.Id, default));

        Assert.Equal(ReasonCodes.PasskeyLast, await RemoveAsync());
        using var second = new SoftwareAuthenticator(rig.Address);
        await PasskeyVisit.EnrolAsync(rig, ada, second);
        Assert.Null(await RemoveAsync());
        Assert.NotEqual(first.Id, Assert.Single(await store.ListAsync(OrganizationId.Platform, ada.Id, default)).Id);

        async Task<string?> RemoveAsync()
        {
            await using var tx = await rig.Database.BeginAsync(OrganizationId.Platform, default);
            var refusal = await rig.Get<RemovePasskey>().HandleAsync(tx, ada.Id, first.Id, now, AnteroomRig.Desk, now, default);
            if (refusal is null)
                await tx.CommitAsync(default);
            return refusal?.Reason;
        }
    }

    [Fact]
    [Trait("Security", "SEC-365")]
    public async Task A_person_has_at_most_twenty_passkeys()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddAccountAsync("mira@" + contoso.Domain, null);
        for (var number = 0; number < Passkey.Most; number++)
        {
            using var one = new SoftwareAuthenticator(rig.Address);
            await PasskeyVisit.EnrolAsync(rig, mira, one);
        }
        using var more = new SoftwareAuthenticator(rig.Address);
        Assert.Equal(ReasonCodes.PasskeyLimit, (await RefusalOfAsync(PasskeyVisit.TryEnrolAsync(rig, mira, more)))?.Reason);
    }

    [Fact]
    [Trait("Security", "SEC-224")]
    public async Task A_person_is_32_random_bytes_and_keeps_them()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddAccountAsync("mira@" + contoso.Domain, null);
        var bo = await contoso.AddAccountAsync("bo@" + contoso.Domain, null);
        using var one = new SoftwareAuthenticator(rig.Address);
        using var two = new SoftwareAuthenticator(rig.Address);
        using var others = new SoftwareAuthenticator(rig.Address);
        await PasskeyVisit.EnrolAsync(rig, mira, one);
        await PasskeyVisit.EnrolAsync(rig, mira, two);
        await PasskeyVisit.EnrolAsync(rig, bo, others);

        Assert.Equal(one.UserHandle, two.UserHandle);
        Assert.NotEqual(one.UserHandle, others.UserHandle);
        Assert.Equal(
            2,
            await contoso.Rows.FirstAsync<long>(
                "SELECT count(DISTINCT handle) FROM passkey_users WHERE organization_id = @organization AND length(handle) = 32"
            )
        );
    }

    private static Task<Page> SendAsync(HttpBrowser browser, Page page, string credential) =>
        browser.PostAsync(
            new Uri(page.Address, PasskeyVisit.OfferOn(page)!.GetAttribute("action")!).AbsoluteUri,
            PasskeyVisit.FieldsOf(page, ("credential", credential)),
            follow: false
        );

    private static async Task<PasskeyRefusal?> RefusalOfAsync(Task<Anteroom.Protocols.Primitives.Result<Passkey, PasskeyRefusal>> tried) =>
        (await tried).TryGet(out _, out var refusal) ? null : refusal;
}
