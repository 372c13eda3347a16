using System.Net;
using Anteroom.Harness;

namespace Anteroom.Tests.EndToEnd;

/// <summary>No secret of a whole sign-in is found in what the product writes: logs, figures, audit, or the database that somebody may steal.</summary>
public sealed class CanaryTests
{
    [Fact]
    [Trait("Security", "SEC-322")]
    [Trait("Security", "SEC-281")]
    [Trait("Security", "SEC-030")]
    [Trait("Security", "SEC-267")]
    public async Task Leaves_no_secret_in_logs_figures_audit_or_tables()
    {
        await using var rig = await AnteroomRig.StartAsync(new() { Processes = true, LogLevel = "Debug" });
        var application = await RelyingParty.RegisterAsync(rig);
        var secret = "";
        var contoso = await Contoso.CreateAsync(rig, new() { Secret = (right, _) => secret = right });
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();

        var everywhere = new CanarySearch();
        var logsOnly = new CanarySearch(); // what the database keeps by design while a sign-in is open
        everywhere.Plant("Entra's client secret", secret);
        everywhere.Plant("the application's secret", application.ClientSecret);
        everywhere.Plant("the person's password", mira.Password);

        // One that succeeds, with every token there is; one whose code is replayed; one that Entra refuses; a refresh; a sign-out.
        var attempt = application.Begin(("organization", contoso.Slug));
        var callback = new Uri(await CallbackAttackTests.CatchAsync(rig, browser, attempt, mira));
        everywhere.Plant("Entra's code", Queries.Read(callback)["code"]);
        logsOnly.Plant("our state", Queries.Read(callback)["state"]);
        foreach (var (cookie, value) in browser.Cookies.Where(cookie => cookie.Key.Name.Contains("-tx-", StringComparison.Ordinal)))
            everywhere.Plant("the transaction's cookie", value);
        var page = await browser.GetAsync(callback.AbsoluteUri);
        everywhere.Plant("our code", page.Answer["code"]);
        everywhere.Plant("the verifier", attempt.Verifier);
        logsOnly.Plant("the application's state", attempt.State);
        logsOnly.Plant("the application's nonce", attempt.Nonce);
        var tokens = await application.RedeemAsync(attempt, page);
        var refreshed = await application.RefreshAsync(tokens.RefreshToken);
        Assert.True(refreshed.IsSuccess);
        Assert.Equal(HttpStatusCode.OK, (await application.CallAsync("/connect/userinfo", refreshed.AccessToken)).Status);
        foreach (var answer in (TokenAnswer[])[tokens, refreshed])
        {
            everywhere.Plant("an access token", answer.AccessToken);
            everywhere.Plant("an id_token", answer.IdToken);
            everywhere.Plant("a refresh token", answer.RefreshToken);
        }
        foreach (var (cookie, value) in browser.Cookies.Where(cookie => cookie.Key.Name.Contains("-session-", StringComparison.Ordinal)))
            everywhere.Plant("the session's cookie", value);
        Assert.Equal("invalid_grant", (await application.RedeemAsync(attempt, page)).Error);
        Assert.Equal("invalid_grant", (await application.RefreshAsync(tokens.RefreshToken)).Error);
        await browser.GetAsync(callback.AbsoluteUri);
        await browser.GetAsync(rig.Address + "/connect/endsession?id_token_hint=" + tokens.IdToken);
        Assert.True(everywhere.Count >= 12);

        await Poll.UntilAsync(
            "the node has written its log of the flow",
            TimeSpan.FromSeconds(30),
            () => Task.FromResult(rig.Output.Contains("/connect/endsession", StringComparison.Ordinal))
        );
        var metrics = await browser.GetAsync(rig.Address + "/metrics");
        var dump = await CanarySearch.DumpAsync(rig.OwnerConnectionString);
        Assert.Contains(mira.ObjectId.ToString(), dump, StringComparison.OrdinalIgnoreCase); // the search looks where things are
        Assert.Contains("anteroom", metrics.Body, StringComparison.OrdinalIgnoreCase);
        string[] found =
        [
            .. everywhere.FindIn("the log", rig.Output),
            .. logsOnly.FindIn("the log", rig.Output),
            .. everywhere.FindIn("the figures", metrics.Body),
            .. logsOnly.FindIn("the figures", metrics.Body),
            .. everywhere.FindIn("the database", dump),
        ];
        Assert.Empty(found);
    }

    [Fact]
    [Trait("Security", "SEC-322")]
    [Trait("Security", "SEC-226")]
    [Trait("Security", "SEC-281")]
    public async Task Leaves_no_password_and_no_link_in_logs_figures_audit_or_tables()
    {
        await using var rig = await AnteroomRig.StartAsync(new() { Processes = true, LogLevel = "Debug" });
        var scene = await PasswordScene.SetAsync(rig, await RelyingParty.RegisterAsync(rig));
        const string wanted = "seven owls borrow the ladder";
        var everywhere = new CanarySearch();
        everywhere.Plant("the password", PasswordVisit.Right);
        everywhere.Plant("a wrong password", PasswordVisit.Wrong);
        everywhere.Plant("the new password", wanted);

        Assert.True(await scene.GetsInAsync());
        Assert.False(await scene.GetsInAsync(PasswordVisit.Wrong));
        await scene.ForgetAsync();
        var link = (await scene.Letters.NewestAsync(Server.Platform.Mail.Templates.MailTemplate.Recovery)).Link!;
        everywhere.Plant("the link", Queries.Read(new Uri(link))["link"]);
        using var browser = rig.NewBrowser();
        await PasswordVisit.SetNewAsync(browser, await browser.GetAsync(link), wanted);
        Assert.True(await scene.GetsInAsync(wanted));

        await Poll.UntilAsync(
            "the node has written its log of the flow",
            TimeSpan.FromSeconds(30),
            () => Task.FromResult(rig.Output.Contains("/password/new", StringComparison.Ordinal))
        );
        var metrics = await browser.GetAsync(rig.Address + "/metrics");
        var dump = await CanarySearch.DumpAsync(rig.OwnerConnectionString);
        Assert.Contains(scene.Email, dump, StringComparison.OrdinalIgnoreCase); // the search looks where things are
        Assert.Empty(everywhere.FindIn("the log", rig.Output));
        Assert.Empty(everywhere.FindIn("the figures", metrics.Body));
        Assert.Empty(everywhere.FindIn("the database", dump));
    }
}
