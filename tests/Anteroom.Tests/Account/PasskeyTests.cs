using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Credentials.Passkeys;
using Anteroom.Server.Provisioning;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Account;

/// <summary>People add, rename and remove their own passkeys.</summary>
public sealed class PasskeyTests(SharedRig shared)
{
    [Fact]
    [Trait("Security", "SEC-036")]
    [Trait("Security", "SEC-225")]
    public async Task Each_change_is_audited_and_told_to_the_person_once()
    {
        var (rig, application) = await shared.GetAsync();
        var scene = await AccountScene.CreateAsync(rig, passkeys: true);
        var (mira, user) = await scene.AddAsync();
        using var browser = await scene.EnterAsync(mira);
        using var authenticator = new SoftwareAuthenticator(rig.Address);

        var add = await browser.ClickAsync(await browser.GetAsync(scene.AddressOf("ways")), "Add a passkey");
        var options = await PasskeyVisit.AskAsync(browser, add);
        var answer = authenticator.Create(options.Body);
        var added = await PasskeyVisit.SendAsync(browser, add, answer, ("name", "Work laptop"));
        Assert.Equal(scene.AddressOf("ways"), added.Address.GetLeftPart(UriPartial.Path));
        Assert.Contains("Work laptop", added.Text, StringComparison.Ordinal);
        Assert.NotNull(added.Html.QuerySelector("[role=status]"));
        Assert.Equal("passkey_challenge_missing", (await PasskeyVisit.SendAsync(browser, add, answer, ("name", "Again"))).Reason); // twice

        // It signs its owner in.
        using var another = rig.NewBrowser();
        var attempt = application.Begin(("organization", scene.Contoso.Slug));
        var tokens = await application.RedeemAsync(
            attempt,
            await PasskeyVisit.SignInAsync(another, await another.GetAsync(attempt.Address.AbsoluteUri), authenticator)
        );
        Assert.Equal(user.Subject, tokens.Subject);

        var rename = await browser.ClickAsync(added, "Rename");
        var renamed = await browser.SubmitAsync(rename, new Dictionary<string, string> { ["name"] = "Old laptop" });
        Assert.Contains("Old laptop", renamed.Text, StringComparison.Ordinal);
        await browser.SubmitAsync(rename, new Dictionary<string, string> { ["name"] = "Old laptop" }); // twice changes nothing

        var question = await browser.ClickAsync(renamed, "Remove");
        Assert.Contains("signed out everywhere", question.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("only way", question.Text, StringComparison.Ordinal); // the provider is another
        using var copy = browser.Clone();
        var removed = await browser.SubmitAsync(question);
        Assert.Equal("The passkey is removed", removed.Html.QuerySelector("h1")?.TextContent);
        Assert.False(rig.HasSession(browser));
        Assert.Equal("session_ended", (await copy.SubmitAsync(question)).Reason); // twice
        Assert.Equal(HttpStatusCode.Unauthorized, (await application.CallAsync("/connect/userinfo", tokens.AccessToken)).Status);

        foreach (var action in (string[])["passkey.added", "passkey.renamed", "passkey.removed"])
            Assert.Equal((user.Id.Value, "user"), Actor(Assert.Single(await scene.Contoso.Rows.AuditAsync(action))));
        Assert.Equal(["passkeyAdded", "passkeyRenamed", "passkeyRemoved"], await scene.MailsAsync());
        Assert.Equal(0, await scene.Contoso.Rows.CountAsync("passkeys"));
        Assert.Empty(await rig.Invariants.ViolationsAsync());

        static (Guid?, string) Actor(Server.Audit.AuditItem row) => (row.ActorId, row.ActorKind);
    }

    [Fact]
    [Trait("Security", "SEC-225")]
    public async Task A_person_without_an_address_is_not_told_and_sees_why()
    {
        var (rig, _) = await shared.GetAsync();
        var scene = await AccountScene.CreateAsync(rig, passkeys: true);
        using var browser = rig.NewBrowser();
        var (mira, user) = await scene.AddAsync(email: "mira@nowhere..example"); // an address for people to read, which no mail can have
        using var authenticator = new SoftwareAuthenticator(rig.Address);
        await rig
            .Database.In(user.Organization)
            .ExecuteAsync(
                """UPDATE users SET stamps = jsonb_set(stamps, '{email}', '{"source":"scim","at":"2099-01-01T00:00:00Z"}') WHERE organization_id = @organization""",
                null,
                default
            );
        var home = await AccountScene.SignInAsync(browser, await browser.GetAsync(scene.AddressOf()), mira);
        Assert.Contains("No e-mail address is stored", home.Text, StringComparison.Ordinal);

        var add = await browser.GetAsync(scene.AddressOf("ways/passkeys/add"));
        await PasskeyVisit.SendAsync(
            browser,
            add,
            authenticator.Create((await PasskeyVisit.AskAsync(browser, add)).Body),
            ("name", "Phone")
        );

        Assert.Equal(1, await scene.Contoso.Rows.CountAsync("passkeys"));
        Assert.Single(await scene.Contoso.Rows.AuditAsync("passkey.added"));
        Assert.Empty(await scene.MailsAsync());
    }

    [Fact]
    public async Task A_name_that_is_none_comes_back_beside_its_field()
    {
        var (rig, _) = await shared.GetAsync();
        var scene = await AccountScene.CreateAsync(rig, passkeys: true);
        var (mira, user) = await scene.AddAsync();
        using var browser = await scene.EnterAsync(mira, AccountScene.FirefoxOnWindows);
        using var authenticator = new SoftwareAuthenticator(rig.Address);
        var passkey = await PasskeyVisit.EnrolAsync(rig, user, authenticator);

        var add = await browser.GetAsync(scene.AddressOf("ways/passkeys/add"));
        Assert.Equal("Firefox on Windows", add.Html.QuerySelector("input[name=name]")!.GetAttribute("value")); // a suggestion
        foreach (var name in (string[])["", "  ", new string('x', 101), "a\u0007b"])
        {
            var refused = await PasskeyVisit.SendAsync(browser, add, "{}", ("name", name));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
            Assert.NotNull(refused.Html.QuerySelector("#passkey-name-error[role=alert]"));
            var rename = await browser.GetAsync(scene.AddressOf($"ways/passkeys/{passkey.Id}/rename"));
            var again = await browser.SubmitAsync(rename, new Dictionary<string, string> { ["name"] = name });
            Assert.Equal(HttpStatusCode.UnprocessableEntity, again.Status);
            Assert.Equal(name.Trim(), again.Html.QuerySelector("input[name=name]")!.GetAttribute("value"));
        }
        Assert.Equal("Laptop", Assert.Single(await rig.Get<PasskeyStore>().ListAsync(user.Organization, user.Id, default)).Name);
        Assert.Empty(await scene.MailsAsync());
    }

    [Fact]
    [Trait("Security", "SEC-261")]
    public async Task Somebody_elses_passkey_is_as_absent_as_none()
    {
        var (rig, _) = await shared.GetAsync();
        var (scene, elsewhere) = (await AccountScene.CreateAsync(rig, passkeys: true), await AccountScene.CreateAsync(rig, passkeys: true));
        using var browser = await scene.EnterAsync((await scene.AddAsync()).Person);
        List<string> theirs = [];
        foreach (var user in (User[])[(await scene.AddAsync("bo")).User, (await elsewhere.AddAsync("dana")).User])
        {
            using var authenticator = new SoftwareAuthenticator(rig.Address);
            theirs.Add((await PasskeyVisit.EnrolAsync(rig, user, authenticator)).Id.ToString());
        }
        var token = AccountScene.TokenOf(await browser.GetAsync(scene.AddressOf("sessions/everywhere")));
        var absent = PasskeyId.New(rig.Clock).ToString();

        foreach (var action in (string[])["rename", "remove"])
        foreach (var id in theirs.Append("nonsense"))
        foreach (var post in (bool[])[false, true])
        {
            var (mine, nobodys) = (await AskAsync(id), await AskAsync(absent));
            Assert.Equal(HttpStatusCode.NotFound, mine.Status);
            Assert.Equal((nobodys.Status, nobodys.Body), (mine.Status, mine.Body));

            Task<Page> AskAsync(string which)
            {
                var address = scene.AddressOf($"ways/passkeys/{which}/{action}");
                return post ? browser.PostAsync(address, [token, new("name", "Mine")]) : browser.GetAsync(address);
            }
        }
        Assert.Equal((1, 1), (await scene.Contoso.Rows.CountAsync("passkeys"), await elsewhere.Contoso.Rows.CountAsync("passkeys")));
    }

    [Fact]
    [Trait("Security", "SEC-219")]
    [Trait("Security", "SEC-225")]
    public async Task A_passkey_of_another_browsers_question_is_nobodys()
    {
        var (rig, _) = await shared.GetAsync();
        var scene = await AccountScene.CreateAsync(rig, passkeys: true);
        var (mira, _) = await scene.AddAsync();
        using var browser = await scene.EnterAsync(mira);
        using var second = await scene.EnterAsync(mira); // the same person, elsewhere
        using var colleague = await scene.EnterAsync((await scene.AddAsync("bo")).Person);
        using var authenticator = new SoftwareAuthenticator(rig.Address);
        var address = scene.AddressOf("ways/passkeys/add");

        foreach (var other in (HttpBrowser[])[second, colleague])
        {
            var answer = authenticator.Create((await PasskeyVisit.AskAsync(browser, await browser.GetAsync(address))).Body);
            var refused = await PasskeyVisit.SendAsync(other, await other.GetAsync(address), answer, ("name", "Phone"));
            Refused.AssertPage(refused, "passkey_challenge_missing");
            Assert.Contains(await scene.Contoso.Rows.AuditAsync("passkey.refused"), row => row.CorrelationId == refused.CorrelationId);
        }
        Assert.Equal(0, await scene.Contoso.Rows.CountAsync("passkeys"));
    }

    [Fact]
    [Trait("Security", "SEC-036")]
    public async Task Whoever_is_blocked_in_the_middle_changes_nothing()
    {
        var (rig, _) = await shared.GetAsync();
        var scene = await AccountScene.CreateAsync(rig, passkeys: true);
        var (mira, user) = await scene.AddAsync();
        using var browser = await scene.EnterAsync(mira);
        using var authenticator = new SoftwareAuthenticator(rig.Address);
        using var kept = new SoftwareAuthenticator(rig.Address);
        var passkey = await PasskeyVisit.EnrolAsync(rig, user, kept);
        var add = await browser.GetAsync(scene.AddressOf("ways/passkeys/add"));
        var answer = authenticator.Create((await PasskeyVisit.AskAsync(browser, add)).Body);
        var rename = await browser.GetAsync(scene.AddressOf($"ways/passkeys/{passkey.Id}/rename"));

        await scene.BlockAsync(user);

        Assert.Equal("session_ended", (await PasskeyVisit.AskAsync(browser, add)).Reason);
        Assert.Equal("session_ended", (await PasskeyVisit.SendAsync(browser, add, answer, ("name", "Phone"))).Reason);
        Assert.Equal("session_ended", (await browser.SubmitAsync(rename, new Dictionary<string, string> { ["name"] = "Mine" })).Reason);
        Assert.Equal("Laptop", Assert.Single(await rig.Get<PasskeyStore>().ListAsync(user.Organization, user.Id, default)).Name);
    }

    [Fact]
    public async Task Whoever_has_nothing_else_is_warned_before_the_last_passkey_goes()
    {
        var (rig, _) = await shared.GetAsync();
        var scene = await AccountScene.CreateAsync(rig, passkeys: true);
        var user = await scene.Contoso.AddAccountAsync("solo@" + scene.Contoso.Domain, null);
        using var authenticator = new SoftwareAuthenticator(rig.Address);
        var passkey = await PasskeyVisit.EnrolAsync(rig, user, authenticator);
        using var browser = rig.NewBrowser();
        var home = await PasskeyVisit.SignInAsync(browser, await browser.GetAsync(scene.AddressOf()), authenticator);

        Assert.Contains("You have one passkey and no other way in", home.Text, StringComparison.Ordinal);
        var question = await browser.GetAsync(scene.AddressOf($"ways/passkeys/{passkey.Id}/remove"));
        Assert.Contains("It is your only way to sign in.", question.Text, StringComparison.Ordinal);
    }
}
