using System.Net;
using Anteroom.Harness;

namespace Anteroom.Tests.EndToEnd;

/// <summary>A node's clock jumps by ten minutes while it runs, and provider, database and people do not: nothing counts twice meanwhile, and afterwards all is as it was.</summary>
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

    [Fact]
    [Trait("Security", "SEC-342")]
    public async Task A_node_whose_clock_jumps_on_revives_nothing_and_loses_nothing()
    {
        await using var rig = await AnteroomRig.StartAsync(new() { ProviderKeepsTime = true });
        using var astray = ManualClock.CreateNew();
        var ahead = await rig.AddNodeAsync(astray);
        var application = await RelyingParty.RegisterAsync(rig);
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();

        // What is there before: a session with tokens of two sign-ins, a code and a refresh token that were used, and a code and a pushed request that were not.
        using var browser = rig.NewBrowser();
        var begun = application.Begin(("organization", contoso.Slug));
        var usedCode = (await Contoso.SignInAsync(browser, begun, mira)).Answer["code"];
        Assert.True((await application.RedeemAsync(usedCode, begun.Verifier)).IsSuccess);
        var tokens = await contoso.SignInAsync(application, browser, mira);
        var pushed = await application.PushAsync(application.Begin(("organization", contoso.Slug)));
        var later = application.Begin(("organization", contoso.Slug));
        var code = (await browser.GetAsync(later.Address.AbsoluteUri)).Answer["code"];
        Assert.Equal(HttpStatusCode.OK, await ReadyAsync(rig, ahead));

        astray.Advance(Jump);

        // It alone says so, and takes no part where a balancer listens.
        await Poll.UntilAsync(
            "the node is unready",
            TimeSpan.FromSeconds(30),
            async () => await ReadyAsync(rig, ahead) == HttpStatusCode.ServiceUnavailable
        );
        Assert.Equal(HttpStatusCode.OK, await ReadyAsync(rig));

        // Who comes there all the same finds the session alive, and what lives for a minute ended; nothing counts twice.
        using var there = browser.Clone();
        there.Route = rig.RouteTo(ahead);
        Assert.True(await IsSignedInAsync(application, contoso, there));
        Assert.Equal("invalid_grant", (await application.RedeemAsync(code, later.Verifier, ahead)).Error);
        Assert.Equal("invalid_grant", (await application.RedeemAsync(usedCode, begun.Verifier, ahead)).Error);
        Assert.False((await there.GetAsync(pushed.Address.AbsoluteUri)).Answer.ContainsKey("code"));
        var fresh = await application.RefreshAsync(tokens.RefreshToken, ahead);
        Assert.True(fresh.IsSuccess, fresh.Body);
        // What it gave out is good at the node that keeps time, where the minute of what was pushed has not ended either.
        var newest = await application.RefreshAsync(fresh.RefreshToken);
        Assert.True(newest.IsSuccess, newest.Body);
        Assert.True((await browser.GetAsync(pushed.Address.AbsoluteUri)).Answer.ContainsKey("code"));

        astray.Advance(-Jump);

        await Poll.UntilAsync("the node is ready", TimeSpan.FromSeconds(30), async () => await ReadyAsync(rig, ahead) == HttpStatusCode.OK);
        Assert.Equal("invalid_grant", (await application.RedeemAsync(code, later.Verifier)).Error); // the try has spent it
        Assert.False((await there.GetAsync(pushed.Address.AbsoluteUri)).Answer.ContainsKey("code")); // one code came of it
        Assert.True(await IsSignedInAsync(application, contoso, browser));
        Assert.True(await IsSignedInAsync(application, contoso, there));
        var last = await application.RefreshAsync(newest.RefreshToken, ahead);
        Assert.True(last.IsSuccess, last.Body);
        Assert.Equal("invalid_grant", (await application.RefreshAsync(tokens.RefreshToken, ahead)).Error);
        Assert.Equal("invalid_grant", (await application.RefreshAsync(last.RefreshToken)).Error); // and its family has ended with that
        Assert.Equal(1, await contoso.Rows.CountAsync("users"));
        Assert.Empty(await rig.Invariants.ViolationsAsync());
    }

    [Fact] // "nor end live sessions early by more than the step on that node"
    [Trait("Security", "SEC-342")]
    public async Task A_node_ten_minutes_ahead_ends_a_session_ten_minutes_early_and_at_that_node_alone()
    {
        await using var rig = await AnteroomRig.StartAsync();
        using var astray = ManualClock.CreateNew();
        astray.Advance(Jump);
        var ahead = await rig.AddNodeAsync(astray);
        var application = await RelyingParty.RegisterAsync(rig);
        var contoso = await Contoso.CreateAsync(rig);
        using var browser = rig.NewBrowser();
        await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync());
        using var there = browser.Clone();
        there.Route = rig.RouteTo(ahead);

        await AssertLiveAfterAsync(TimeSpan.FromMinutes(49), atTheRightOne: true, atTheOneAhead: true);
        await AssertLiveAfterAsync(TimeSpan.FromMinutes(51), atTheRightOne: true, atTheOneAhead: false);
        await AssertLiveAfterAsync(TimeSpan.FromMinutes(59), atTheRightOne: true, atTheOneAhead: false);
        await AssertLiveAfterAsync(TimeSpan.FromMinutes(61), atTheRightOne: false, atTheOneAhead: false);

        // An hour without use ends a session; asking silently is no use of it (SEC-044).
        async Task AssertLiveAfterAsync(TimeSpan unused, bool atTheRightOne, bool atTheOneAhead)
        {
            (rig.Clock.Offset, astray.Offset) = (unused, unused + Jump);
            Assert.Equal(atTheOneAhead, await IsSignedInAsync(application, contoso, there));
            Assert.Equal(atTheRightOne, await IsSignedInAsync(application, contoso, browser));
        }
    }

    private static async Task<bool> IsSignedInAsync(RelyingParty application, Contoso contoso, HttpBrowser browser)
    {
        var silent = application.Begin(("organization", contoso.Slug), ("prompt", "none"));
        return (await browser.GetAsync(silent.Address.AbsoluteUri)).Answer.ContainsKey("code");
    }

    private static async Task<HttpStatusCode> ReadyAsync(AnteroomRig rig, int node = 0)
    {
        using var answer = await Http.GetAsync(rig.RouteTo(node)(new Uri(rig.Address + "/health/ready")));
        return answer.StatusCode;
    }
}
