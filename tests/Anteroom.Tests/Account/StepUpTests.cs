using System.Net;
using Anteroom.Harness;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Account;

/// <summary>What people prove themselves with changes only right after they did (SEC-041), and mail tells them of it.</summary>
public sealed class StepUpTests : IAsyncLifetime
{
    private readonly string _mails = Directory.CreateTempSubdirectory("anteroom-account-").FullName;
    private AnteroomRig _rig = null!;

    /// <summary>Its clock is moved, and its mails lie in a folder.</summary>
    public async ValueTask InitializeAsync() =>
        _rig = await AnteroomRig.StartAsync(new() { Settings = new Dictionary<string, string> { ["Anteroom:MailFolder"] = _mails } });

    public async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        Directory.Delete(_mails, recursive: true);
    }

    [Fact]
    [Trait("Security", "SEC-031")]
    [Trait("Security", "SEC-041")]
    [Trait("Security", "SEC-225")]
    public async Task An_old_sign_in_asks_again_and_comes_back_to_the_page()
    {
        var scene = await AccountScene.CreateAsync(_rig, passkeys: true);
        var (mira, user) = await scene.AddAsync();
        using var browser = await scene.EnterAsync(mira);
        using var authenticator = new SoftwareAuthenticator(_rig.Address);
        var stale = await browser.GetAsync(scene.AddressOf("ways/passkeys/add"));
        var before = SessionOf(browser);
        _rig.Clock.Advance(TimeSpan.FromMinutes(6));

        // What only looks goes on; the page that changes something asks who is there, and so does its form.
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(scene.AddressOf("ways"), follow: false)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await PasskeyVisit.AskAsync(browser, stale)).Status);
        var late = await PasskeyVisit.SendAsync(browser, stale, "{}", ("name", "Phone"));
        Refused.AssertPage(late, "authentication_too_old");
        Assert.Null(late.Location); // browsers would not follow a form to the provider

        var add = await AccountScene.SignInAsync(browser, await browser.ClickAsync(late, "Try again"), mira);
        Assert.Equal((HttpStatusCode.OK, scene.AddressOf("ways/passkeys/add")), (add.Status, add.Address.AbsoluteUri));
        Assert.NotEqual(before, SessionOf(browser));
        Assert.Equal(1, await scene.Contoso.Rows.CountAsync("sessions")); // the same session, proven again

        var made = authenticator.Create((await PasskeyVisit.AskAsync(browser, add)).Body);
        await PasskeyVisit.SendAsync(browser, add, made, ("name", "Mira's phone"));
        var mail = await MailAsync(scene);
        Assert.Contains("To: mira@" + scene.Contoso.Domain, mail, StringComparison.Ordinal);
        Assert.Contains("A passkey was added to your account at", mail, StringComparison.Ordinal);

        // And by the page itself, which sends to the sign-in at once.
        _rig.Clock.Advance(TimeSpan.FromMinutes(6));
        var passkey = Assert.Single(
            await _rig.Get<Server.Credentials.Passkeys.PasskeyStore>().ListAsync(user.Organization, user.Id, default)
        );
        var page = $"ways/passkeys/{passkey.Id}/remove";
        var question = await AccountScene.SignInAsync(browser, await browser.GetAsync(scene.AddressOf(page)), mira);
        Assert.Equal((HttpStatusCode.OK, scene.AddressOf(page)), (question.Status, question.Address.AbsoluteUri));
        Assert.Empty(await _rig.Invariants.ViolationsAsync());
    }

    [Fact] // the same account comes back, or nobody
    [Trait("Security", "SEC-041")]
    public async Task Somebody_else_who_signs_in_in_between_gets_no_further()
    {
        var scene = await AccountScene.CreateAsync(_rig, passkeys: true);
        var (mira, _) = await scene.AddAsync();
        var (bo, _) = await scene.AddAsync("bo");
        using var browser = await scene.EnterAsync(mira);
        _rig.Clock.Advance(TimeSpan.FromMinutes(6));

        var refused = await AccountScene.SignInAsync(browser, await browser.GetAsync(scene.AddressOf("ways/passkeys/add")), bo);

        Refused.AssertPage(refused, "account_mismatch");
        Assert.Contains("Mira", (await browser.GetAsync(scene.AddressOf())).Text, StringComparison.Ordinal);
    }

    private static string SessionOf(HttpBrowser browser) =>
        browser
            .Cookies.Single(cookie =>
                cookie.Key.Name.StartsWith("anteroom-", StringComparison.Ordinal) && cookie.Key.Name.Contains("-session-")
            )
            .Value;

    private async Task<string> MailAsync(AccountScene scene)
    {
        const string sent = "SELECT count(*) FROM mails WHERE organization_id = @organization AND state = 'sent'";
        await Poll.UntilAsync(
            "the mail has left",
            TimeSpan.FromSeconds(30),
            async () => await scene.Contoso.Rows.FirstAsync<long>(sent) == 1
        );
        return await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(_mails, "*.eml", SearchOption.AllDirectories)));
    }
}
