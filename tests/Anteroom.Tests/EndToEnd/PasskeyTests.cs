using System.Net;
using System.Text;
using System.Text.Json;
using Anteroom.Harness;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Credentials.Passkeys;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Passkeys;
using static Anteroom.Harness.AuthenticatorManners;

namespace Anteroom.Tests.EndToEnd;

/// <summary>Signing in with a passkey over HTTP, by an authenticator in software: once as it should be, then with one thing bent after the other.</summary>
public sealed class PasskeyTests(SharedRig shared)
{
    private sealed record Scene(AnteroomRig Rig, RelyingParty Application, Contoso Contoso, User Mira, SoftwareAuthenticator Authenticator)
    {
        /// <summary>To the page that asks how to sign in, and offers the passkey.</summary>
        public async Task<Visit> OpenAsync()
        {
            var browser = Rig.NewBrowser();
            var attempt = Application.Begin(("organization", Contoso.Slug));
            return new(browser, attempt, await browser.GetAsync(attempt.Address.AbsoluteUri));
        }

        public async Task<Page> SignInAsync(AuthenticatorManners? manners = null)
        {
            using var visit = await OpenAsync();
            return await PasskeyVisit.SignInAsync(visit.Browser, visit.Page, Authenticator, manners);
        }
    }

    private sealed record Visit(HttpBrowser Browser, AuthorizationAttempt Attempt, Page Page) : IDisposable
    {
        public async Task<string> AskAsync() => (await PasskeyVisit.AskAsync(Browser, Page)).Body;

        public Task<Page> SendAsync(string answer) => PasskeyVisit.SendAsync(Browser, Page, answer);

        public void Dispose() => Browser.Dispose();
    }

    private async Task<Scene> SetAsync(AuthenticatorManners? made = null, SoftwareAuthenticator? authenticator = null)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        await AllowAsync(contoso, true);
        var mira = await contoso.AddAccountAsync("mira@" + contoso.Domain, null);
        authenticator ??= new SoftwareAuthenticator(rig.Address);
        await PasskeyVisit.EnrolAsync(rig, mira, authenticator, made);
        return new(rig, application, contoso, mira, authenticator);
    }

    private static Task AllowAsync(Contoso contoso, bool? allowed) =>
        contoso.ChangeAsync(organization =>
            organization with
            {
                Settings = organization.Settings with { SignIn = organization.Settings.SignIn with { AllowPasskeys = allowed } },
            }
        );

    private static string CheckOf((string? Reason, string? CorrelationId, JsonElement Details) refusal) =>
        refusal.Details.GetProperty("upstream").GetString()!;

    [Fact]
    [Trait("Security", "SEC-219")]
    [Trait("Security", "SEC-224")]
    public async Task Signs_a_person_in_who_says_no_name()
    {
        var scene = await SetAsync();
        using var visit = await scene.OpenAsync();
        var (browser, attempt, page) = (visit.Browser, visit.Attempt, visit.Page);
        Assert.NotNull(PasskeyVisit.OfferOn(page)!.GetAttribute("hidden")); // a script shows it

        var options = await PasskeyVisit.AskAsync(browser, page);
        using var asked = JsonDocument.Parse(options.Body);
        Assert.Empty(asked.RootElement.GetProperty("allowCredentials").EnumerateArray());
        Assert.Equal("required", asked.RootElement.GetProperty("userVerification").GetString());
        Assert.Equal("localhost", asked.RootElement.GetProperty("rpId").GetString());
        Assert.Equal(43, asked.RootElement.GetProperty("challenge").GetString()!.Length); // 32 bytes

        var tokens = await scene.Application.RedeemAsync(
            attempt,
            await PasskeyVisit.SendAsync(browser, page, scene.Authenticator.Get(options.Body))
        );

        Assert.True(tokens.IsSuccess, tokens.Body);
        var claims = tokens.Claims;
        Assert.Equal(scene.Mira.Subject, (string)claims["sub"]!);
        Assert.Equal(["hwk", "user", "mfa"], claims["amr"]!.AsArray().Select(method => (string)method!));
        var audit = Assert.Single(await scene.Contoso.Rows.AuditAsync("sign_in.succeeded"));
        Assert.Equal("passkey", audit.Details.GetProperty("method").GetString());
        Assert.StartsWith("pk_", audit.Details.GetProperty("passkey").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            "admitted",
            await scene.Contoso.Rows.FirstAsync<string>("SELECT decision FROM sign_ins WHERE organization_id = @organization")
        );
        Assert.Equal(
            1,
            await scene.Contoso.Rows.FirstAsync<long>(
                "SELECT count(*) FROM users WHERE organization_id = @organization AND last_sign_in_at IS NOT NULL"
            )
        );
        Assert.Empty(await scene.Rig.Invariants.ViolationsAsync());
    }

    [Fact] // the key may lie on several devices, so no hardware is claimed; the counter stays at zero, as synced passkeys keep it
    public async Task Signs_in_with_a_passkey_that_is_synced_and_does_not_count()
    {
        const byte synced = UserPresent | UserVerified | BackupEligible | BackedUp;
        var (rig, _) = await shared.GetAsync();
        var scene = await SetAsync(new() { Flags = synced }, new SoftwareAuthenticator(rig.Address) { Counts = false });
        for (var time = 0; time < 2; time++)
        {
            using var visit = await scene.OpenAsync();
            var answer = await PasskeyVisit.SignInAsync(visit.Browser, visit.Page, scene.Authenticator, new() { Flags = synced });
            var claims = (await scene.Application.RedeemAsync(visit.Attempt, answer)).Claims;
            Assert.Equal(["swk", "user", "mfa"], claims["amr"]!.AsArray().Select(method => (string)method!));
        }
    }

    /// <summary>What is bent, and the check that must say no.</summary>
    public static TheoryData<string, string> Bent =>
        new()
        {
            { "type", "type" },
            { "origin of another port", "origin" },
            { "origin of another host", "origin" },
            { "frame", "cross_origin" },
            { "top origin", "cross_origin" },
            { "relying party", "rp_id" },
            { "nobody present", "user_presence" },
            { "nobody verified", "user_verification" },
            { "backed up, not eligible", "backup" },
            { "eligible all at once", "backup" },
            { "another person", "user_handle" },
            { "no person", "user_handle" },
            { "signature", "signature" },
            { "bytes behind the data", "malformed" },
            { "extensions that are none", "malformed" },
        };

    private static AuthenticatorManners Bend(string what, Scene scene) =>
        what switch
        {
            "type" => new() { Type = "webauthn.create" },
            "origin of another port" => new() { Origin = "http://localhost:1" },
            "origin of another host" => new()
            {
                Origin = scene.Rig.Address.Replace("localhost", "localhost.example", StringComparison.Ordinal),
            },
            "frame" => new() { CrossOrigin = true },
            "top origin" => new() { TopOrigin = scene.Rig.Address },
            "relying party" => new() { RpId = "example" },
            "nobody present" => new() { Flags = UserVerified },
            "nobody verified" => new() { Flags = UserPresent },
            "backed up, not eligible" => new() { Flags = UserPresent | UserVerified | BackedUp },
            "eligible all at once" => new() { Flags = UserPresent | UserVerified | BackupEligible },
            "another person" => new() { UserHandle = Base64Url.Encode(Encoding.ASCII.GetBytes(Base64Url.Encode(new byte[32]))) },
            "no person" => new() { WithoutUserHandle = true },
            "signature" => new() { Signature = bytes => [.. bytes[..^1], (byte)(bytes[^1] ^ 1)] },
            "bytes behind the data" => new() { Data = bytes => [.. bytes, 0] },
            "extensions that are none" => new() { Data = bytes => [.. bytes[..32], (byte)(bytes[32] | 0x80), .. bytes[33..], 0xbf, 0xff] },
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };

    [Theory]
    [MemberData(nameof(Bent))]
    [Trait("Security", "SEC-220")]
    [Trait("Security", "SEC-223")]
    public async Task Refuses_an_answer_that_is_not_as_it_should_be(string what, string check)
    {
        var scene = await SetAsync();
        var before = await scene.Contoso.Rows.CountAsync();

        var page = await scene.SignInAsync(Bend(what, scene));

        await Refused.AssertAsync(scene.Contoso, page, before, "passkey_invalid");
        Assert.Equal(check, CheckOf(await scene.Contoso.Rows.LastRefusalAsync()));
        Assert.True((await scene.SignInAsync()).Answer.ContainsKey("code")); // it was only that
    }

    [Fact]
    [Trait("Security", "SEC-219")]
    public async Task Refuses_a_challenge_that_is_not_ours_was_answered_or_is_over()
    {
        await using var rig = await AnteroomRig.StartAsync();
        var own = new SharedScene(rig, await RelyingParty.RegisterAsync(rig));
        var (contoso, authenticator) = await own.SetAsync();
        using var browser = rig.NewBrowser();
        var page = await browser.GetAsync(own.Application.Begin(("organization", contoso.Slug)).Address.AbsoluteUri);

        var invented = Base64Url.Encode(new byte[32]);
        await RefusedAsync(await PasskeyVisit.SignInAsync(browser, page, authenticator, new() { Challenge = invented }));

        var options = (await PasskeyVisit.AskAsync(browser, page)).Body;
        using var other = rig.NewBrowser();
        var elsewhere = await other.GetAsync(own.Application.Begin(("organization", contoso.Slug)).Address.AbsoluteUri);
        await RefusedAsync(await PasskeyVisit.SendAsync(other, elsewhere, authenticator.Get(options))); // another browser, another transaction

        rig.Clock.Advance(PasskeyChallenges.Lifetime);
        await RefusedAsync(await PasskeyVisit.SendAsync(browser, page, authenticator.Get(options)));

        var again = (await PasskeyVisit.AskAsync(browser, page)).Body;
        var answer = authenticator.Get(again);
        using var copy = browser.Clone(); // with the transaction's cookie of before
        Assert.True((await PasskeyVisit.SendAsync(browser, page, answer)).Answer.ContainsKey("code"));
        var before = await contoso.Rows.CountAsync();
        await RefusedAsync(await PasskeyVisit.SendAsync(copy, page, answer));
        Assert.Equal(before, await contoso.Rows.CountAsync());
        Assert.Equal(1, before["sessions"]);

        async Task RefusedAsync(Page refused)
        {
            Refused.AssertPage(refused, "passkey_challenge_missing");
            Assert.Equal("passkey_challenge_missing", (await contoso.Rows.LastRefusalAsync()).Reason);
        }
    }

    private sealed record SharedScene(AnteroomRig Rig, RelyingParty Application)
    {
        public async Task<(Contoso, SoftwareAuthenticator)> SetAsync()
        {
            var contoso = await Contoso.CreateAsync(Rig);
            await AllowAsync(contoso, true);
            var authenticator = new SoftwareAuthenticator(Rig.Address);
            await PasskeyVisit.EnrolAsync(Rig, await contoso.AddAccountAsync("mira@" + contoso.Domain, null), authenticator);
            return (contoso, authenticator);
        }
    }

    [Fact]
    [Trait("Security", "SEC-219")]
    public async Task A_failed_answer_has_used_its_challenge_up()
    {
        var scene = await SetAsync();
        using var visit = await scene.OpenAsync();
        var (browser, page) = (visit.Browser, visit.Page);
        var options = (await PasskeyVisit.AskAsync(browser, page)).Body;

        Refused.AssertPage(
            await PasskeyVisit.SendAsync(browser, page, scene.Authenticator.Get(options, new() { Flags = UserPresent })),
            "passkey_invalid"
        );
        Refused.AssertPage(await PasskeyVisit.SendAsync(browser, page, scene.Authenticator.Get(options)), "passkey_challenge_missing");
    }

    [Fact]
    [Trait("Security", "SEC-222")]
    public async Task A_counter_that_goes_back_suspends_the_passkey()
    {
        var scene = await SetAsync();
        Assert.True((await scene.SignInAsync(new() { Count = 10 })).Answer.ContainsKey("code"));
        var before = await scene.Contoso.Rows.CountAsync();

        var page = await scene.SignInAsync(new() { Count = 10 });

        await Refused.AssertAsync(scene.Contoso, page, before, "passkey_suspended");
        Assert.Single(await scene.Contoso.Rows.AuditAsync("passkey.suspended"));
        await Refused.AssertAsync(scene.Contoso, await scene.SignInAsync(new() { Count = 11 }), before, "passkey_suspended");
        Assert.Single(await scene.Contoso.Rows.AuditAsync("passkey.suspended"));
        var listed = Assert.Single(await scene.Rig.Get<PasskeyStore>().ListAsync(scene.Contoso.Organization.Id, scene.Mira.Id, default));
        Assert.NotNull(listed.SuspendedAt);
    }

    [Fact]
    [Trait("Security", "SEC-222")]
    public async Task A_counter_that_fell_to_zero_went_back()
    {
        var scene = await SetAsync();
        Refused.AssertPage(await scene.SignInAsync(new() { Count = 0 }), "passkey_suspended");
    }

    [Fact]
    [Trait("Security", "SEC-229")]
    [Trait("Security", "SEC-039")]
    public async Task Counts_only_where_the_organization_allows_it()
    {
        var scene = await SetAsync();
        using var visit = await scene.OpenAsync();
        var (browser, page) = (visit.Browser, visit.Page);
        var options = (await PasskeyVisit.AskAsync(browser, page)).Body;
        await AllowAsync(scene.Contoso, null); // not by default either
        var before = await scene.Contoso.Rows.CountAsync();

        Assert.Equal(HttpStatusCode.Forbidden, (await PasskeyVisit.AskAsync(browser, page)).Status);
        await Refused.AssertAsync(
            scene.Contoso,
            await PasskeyVisit.SendAsync(browser, page, scene.Authenticator.Get(options)),
            before,
            "passkey_not_allowed"
        );
        using var other = await scene.OpenAsync();
        Assert.Null(PasskeyVisit.OfferOn(other.Page)); // at once to the provider
        Assert.StartsWith(scene.Rig.EmulatorAddress, other.Page.Address.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Security", "SEC-039")]
    [Trait("Security", "SEC-036")]
    public async Task Lets_nobody_in_who_is_blocked_or_deleted_or_of_a_disabled_organization()
    {
        var scene = await SetAsync();
        var (rig, organization, now) = (scene.Rig, scene.Contoso.Organization.Id, scene.Rig.Clock.GetUtcNow());
        var before = await scene.Contoso.Rows.CountAsync();

        using var first = await scene.OpenAsync();
        using var second = await scene.OpenAsync();
        var (one, two) = (await first.AskAsync(), await second.AskAsync());

        await using (var tx = await rig.Database.BeginAsync(organization, default))
        {
            var blocked = await rig.Get<Blocks>()
                .BlockAsync(tx, scene.Mira.Id, BlockSource.Administrator, [Channels.Web], null, AnteroomRig.Desk, now, default);
            Assert.True(blocked.TryGet(out _, out var refusal), refusal?.ToString());
            await tx.CommitAsync(default);
        }
        await Refused.AssertAsync(scene.Contoso, await scene.SignInAsync(), before, "account_blocked");

        await scene.Contoso.ChangeAsync(current => current with { Status = OrganizationStatus.Disabled });
        await Refused.AssertAsync(scene.Contoso, await first.SendAsync(scene.Authenticator.Get(one)), before, "organization_disabled");
        await scene.Contoso.ChangeAsync(current => current with { Status = OrganizationStatus.Active });

        await using (var tx = await rig.Database.BeginAsync(organization, default))
        {
            Assert.Null(await rig.Get<DeleteUser>().HandleAsync(tx, scene.Mira.Id, AnteroomRig.Desk, now, default));
            await tx.CommitAsync(default);
        }
        Refused.AssertPage(await second.SendAsync(scene.Authenticator.Get(two)), "passkey_unknown");
        foreach (var table in (string[])["passkeys", "passkey_users"])
            Assert.Equal(0, await scene.Contoso.Rows.CountAsync(table));
        Assert.Equal(
            0,
            await rig.Database.OutsideOrganizations.FirstAsync<long>(
                "SELECT count(*) FROM routes WHERE kind = 'passkey' AND organization_id = @id",
                new { id = organization.Value },
                default
            )
        );
    }

    [Fact]
    [Trait("Security", "SEC-261")]
    public async Task A_passkey_of_another_organization_is_unknown_here()
    {
        var scene = await SetAsync();
        var fabrikam = await Contoso.CreateAsync(scene.Rig);
        await AllowAsync(fabrikam, true);
        using var browser = scene.Rig.NewBrowser();
        var page = await browser.GetAsync(scene.Application.Begin(("organization", fabrikam.Slug)).Address.AbsoluteUri);
        var before = await scene.Contoso.Rows.CountAsync();

        var refused = await PasskeyVisit.SignInAsync(browser, page, scene.Authenticator);

        Refused.AssertPage(refused, "passkey_unknown");
        Assert.Equal("passkey_unknown", (await fabrikam.Rows.LastRefusalAsync()).Reason);
        Assert.Equal(before, await scene.Contoso.Rows.CountAsync());
        using var stranger = new SoftwareAuthenticator(scene.Rig.Address); // a credential that nobody has
        Refused.AssertPage(
            await PasskeyVisit.SignInAsync(browser, page, stranger, new() { UserHandle = scene.Authenticator.UserHandle }),
            "passkey_unknown"
        );
    }

    [Fact] // begun for one account, it ends as that or not at all
    [Trait("Security", "SEC-107")]
    public async Task Another_account_than_the_expected_one_is_refused()
    {
        var scene = await SetAsync();
        using var visit = await scene.OpenAsync();
        var (browser, attempt, page) = (visit.Browser, visit.Attempt, visit.Page);
        await scene.Application.RedeemAsync(attempt, await PasskeyVisit.SignInAsync(browser, page, scene.Authenticator));
        using var others = new SoftwareAuthenticator(scene.Rig.Address);
        await PasskeyVisit.EnrolAsync(scene.Rig, await scene.Contoso.AddAccountAsync("bo@" + scene.Contoso.Domain, null), others);

        var again = scene.Application.Begin(("organization", scene.Contoso.Slug), ("prompt", "login"));
        var asked = await browser.GetAsync(again.Address.AbsoluteUri);
        var before = await scene.Contoso.Rows.CountAsync();

        await Refused.AssertAsync(scene.Contoso, await PasskeyVisit.SignInAsync(browser, asked, others), before, "account_mismatch");
        asked = await browser.GetAsync(again.Address.AbsoluteUri); // an answer counts once, whatever came of it
        Assert.True((await PasskeyVisit.SignInAsync(browser, asked, scene.Authenticator)).Answer.ContainsKey("code"));
    }

    [Fact]
    [Trait("Security", "SEC-009")]
    [Trait("Security", "SEC-010")]
    [Trait("Security", "SEC-032")]
    public async Task Takes_forms_from_its_own_pages_alone()
    {
        var scene = await SetAsync();
        using var visit = await scene.OpenAsync();
        var (browser, page) = (visit.Browser, visit.Page);
        var answer = scene.Authenticator.Get((await PasskeyVisit.AskAsync(browser, page)).Body);

        browser.ExtraHeaders["Sec-Fetch-Site"] = "cross-site";
        Assert.Equal(HttpStatusCode.BadRequest, (await PasskeyVisit.AskAsync(browser, page)).Status);
        Refused.AssertPage(await PasskeyVisit.SendAsync(browser, page, answer), "forgery_suspected");
        browser.ExtraHeaders.Clear();
        using var other = scene.Rig.NewBrowser(); // neither token's nor transaction's cookie
        Refused.AssertPage(await PasskeyVisit.SendAsync(other, page, answer), "forgery_suspected");

        Assert.True((await PasskeyVisit.SendAsync(browser, page, answer)).Answer.ContainsKey("code")); // nothing was consumed
    }

    [Fact]
    [Trait("Security", "SEC-219")]
    [Trait("Security", "SEC-341")]
    public async Task One_answer_sent_many_times_at_once_makes_one_session()
    {
        var rounds = TestScale.Pick(3, 100);
        for (var round = 0; round < rounds; round++)
        {
            var scene = await SetAsync();
            using var visit = await scene.OpenAsync();
            var answer = scene.Authenticator.Get(await visit.AskAsync());

            var pages = await StartBarrier.RunAsync(10, _ => PasskeyVisit.SendAsync(visit.Browser.Clone(), visit.Page, answer));

            Assert.Single(pages, sent => sent.Answer.ContainsKey("code"));
            Assert.Equal(1, await scene.Contoso.Rows.CountAsync("sessions"));
            Assert.Empty(await scene.Rig.Invariants.ViolationsAsync());
        }
        CampaignLog.Saw($"{rounds} rounds: {10 * rounds} answers, {rounds} sessions");
    }

    [Fact] // two answers with one number: one of them is a copy's
    [Trait("Security", "SEC-222")]
    public async Task One_number_of_the_counter_counts_once_also_at_the_same_moment()
    {
        var scene = await SetAsync();
        var pages = await StartBarrier.RunAsync(
            4,
            async _ =>
            {
                var visit = await scene.OpenAsync();
                return (visit, Answer: scene.Authenticator.Get(await visit.AskAsync(), new() { Count = 7 }));
            },
            async ready =>
            {
                using (ready.visit)
                    return await ready.visit.SendAsync(ready.Answer);
            }
        );

        Assert.Single(pages, sent => sent.Answer.ContainsKey("code"));
        Assert.All(pages.Where(sent => !sent.Answer.ContainsKey("code")), sent => Refused.AssertPage(sent, "passkey_suspended"));
        Assert.Single(await scene.Contoso.Rows.AuditAsync("passkey.suspended"));
    }

    [Fact]
    [Trait("Security", "SEC-036")]
    public async Task Removing_a_passkey_ends_what_its_owner_has_open()
    {
        var scene = await SetAsync();
        using var visit = await scene.OpenAsync();
        var (browser, attempt, page) = (visit.Browser, visit.Attempt, visit.Page);
        var tokens = await scene.Application.RedeemAsync(attempt, await PasskeyVisit.SignInAsync(browser, page, scene.Authenticator));
        Assert.True(tokens.IsSuccess, tokens.Body);
        var passkey = Assert.Single(await scene.Rig.Get<PasskeyStore>().ListAsync(scene.Contoso.Organization.Id, scene.Mira.Id, default));

        var now = scene.Rig.Clock.GetUtcNow();
        await using (var tx = await scene.Rig.Database.BeginAsync(scene.Contoso.Organization.Id, default))
        {
            Assert.Null(
                await scene.Rig.Get<RemovePasskey>().HandleAsync(tx, scene.Mira.Id, passkey.Id, now, AnteroomRig.Desk, now, default)
            );
            await tx.CommitAsync(default);
        }

        Assert.Equal(0, await scene.Contoso.Rows.CountAsync("sessions"));
        Assert.Equal("invalid_grant", (await scene.Application.RefreshAsync(tokens.RefreshToken)).Error);
        Refused.AssertPage(await scene.SignInAsync(), "passkey_unknown");
        Assert.Single(await scene.Contoso.Rows.AuditAsync("passkey.removed"));
        await PasskeyVisit.EnrolAsync(scene.Rig, scene.Mira, scene.Authenticator); // the credential is free again
    }
}

/// <summary>Challenges are rows that nobody has paid for; on an own installation, because the limit is that of a network.</summary>
public sealed class PasskeyLimitTests
{
    [Fact]
    [Trait("Security", "SEC-362")]
    public async Task A_network_begins_no_more_ceremonies_than_its_share()
    {
        await using var rig = await AnteroomRig.StartAsync(
            new() { Settings = new Dictionary<string, string> { ["Anteroom:StoredRequestsPerMinute"] = "3" } }
        );
        var application = await RelyingParty.RegisterAsync(rig);
        using var browser = rig.NewBrowser();
        var page = await browser.GetAsync(application.Begin().Address.AbsoluteUri); // the base host, whose platform allows passkeys

        for (var number = 0; number < 3; number++)
            Assert.Equal(HttpStatusCode.OK, (await PasskeyVisit.AskAsync(browser, page)).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await PasskeyVisit.AskAsync(browser, page)).Status);

        Assert.Equal(
            3,
            await rig
                .Database.In(OrganizationId.Platform)
                .FirstAsync<long>("SELECT count(*) FROM passkey_challenges WHERE organization_id = @organization", null, default)
        );
    }
}
