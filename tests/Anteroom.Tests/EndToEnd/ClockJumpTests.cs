using System.Net;
using Anteroom.Harness;

namespace Anteroom.Tests.EndToEnd;

/// <summary>A node's clock jumps back by ten minutes while it runs, and provider, database and people do not: nothing counts twice meanwhile, and afterwards all is as it was.</summary>
public sealed class ClockJumpTests
{
    private static readonly TimeSpan Jump = TimeSpan.FromMinutes(10);
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    [Fact]
    [Trait("Security", "SEC-342")]
    public async Task A_clock_that_jumps_back_revives_nothing_and_loses_nothing()
    {
        await using var rig = await AnteroomRig.StartAsync(new() { ProviderKeepsTime = true });
        var application = await RelyingParty.RegisterAsync(rig);
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        var jonas = await contoso.AddPersonAsync("jonas");

        // What is there before: a session with tokens, a code that was used, a refresh token that was used, an answer that counted, and one on its way.
        using var browser = rig.NewBrowser();
        var begun = application.Begin(("organization", contoso.Slug));
        var callback = await CallbackAttackTests.CatchAsync(rig, browser, begun, mira);
        var answer = await browser.GetAsync(callback);
        var usedCode = answer.Answer["code"];
        var tokens = await application.RedeemAsync(begun, answer);
        var fresh = await application.RefreshAsync(tokens.RefreshToken);
        Assert.True(fresh.IsSuccess, fresh.Body);
        using var late = rig.NewBrowser();
        var underway = await CallbackAttackTests.CatchAsync(rig, late, application.Begin(("organization", contoso.Slug)), jonas);
        Assert.Equal(HttpStatusCode.OK, await ReadyAsync(rig));
        var rows = await contoso.Rows.CountAsync();

        rig.Clock.Advance(-Jump);

        // It says so, and takes no part where a balancer listens.
        await Poll.UntilAsync(
            "the node is unready",
            TimeSpan.FromSeconds(30),
            async () => await ReadyAsync(rig) == HttpStatusCode.ServiceUnavailable
        );
        // Who comes all the same gets nothing twice, and nothing that cannot be judged by this clock.
        Assert.Equal("invalid_grant", (await application.RedeemAsync(usedCode, begun.Verifier)).Error);
        Refused.AssertPage(await browser.GetAsync(callback), "transaction_missing");
        Refused.AssertPage(await late.GetAsync(underway), "transaction_expired");
        Assert.False(rig.HasSession(late));
        using var stranger = rig.NewBrowser();
        Refused.AssertPage(
            await Contoso.SignInAsync(stranger, application.Begin(("organization", contoso.Slug)), jonas),
            "id_token_issued_in_future",
            "id_token_not_yet_valid"
        );
        Assert.False(rig.HasSession(stranger));
        Assert.Equal(rows["users"], (await contoso.Rows.CountAsync())["users"]);
        Assert.Equal(rows["sessions"], (await contoso.Rows.CountAsync())["sessions"]);

        rig.Clock.Advance(Jump);

        await Poll.UntilAsync("the node is ready", TimeSpan.FromSeconds(30), async () => await ReadyAsync(rig) == HttpStatusCode.OK);
        Assert.True((await contoso.SignInAsync(application, stranger, jonas)).IsSuccess);
        var silent = await browser.GetAsync(application.Begin(("organization", contoso.Slug), ("prompt", "none")).Address.AbsoluteUri);
        Assert.True(silent.Answer.ContainsKey("code"), silent.Location);
        Assert.Empty(await rig.Invariants.ViolationsAsync());
    }

    [Fact] // SEC-101: whether a refresh token was used before is no question of time
    [Trait("Security", "SEC-101")]
    public async Task A_used_refresh_token_stays_used_and_its_family_ends_whatever_the_clock_says()
    {
        await using var rig = await AnteroomRig.StartAsync(new() { ProviderKeepsTime = true });
        var application = await RelyingParty.RegisterAsync(rig);
        var contoso = await Contoso.CreateAsync(rig);
        using var browser = rig.NewBrowser();
        var tokens = await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync());
        var fresh = await application.RefreshAsync(tokens.RefreshToken);

        rig.Clock.Advance(-Jump);
        Assert.Equal("invalid_grant", (await application.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal("invalid_grant", (await application.RefreshAsync(fresh.RefreshToken)).Error);
        rig.Clock.Advance(Jump);
        Assert.Equal("invalid_grant", (await application.RefreshAsync(fresh.RefreshToken)).Error);
        Assert.Empty(await rig.Invariants.ViolationsAsync());
    }

    private static async Task<HttpStatusCode> ReadyAsync(AnteroomRig rig)
    {
        using var answer = await Http.GetAsync(new Uri(rig.Address + "/health/ready"));
        return answer.StatusCode;
    }
}
