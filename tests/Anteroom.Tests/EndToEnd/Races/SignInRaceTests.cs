using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Organizations;
using Anteroom.Server.Provisioning;

namespace Anteroom.Tests.EndToEnd.Races;

/// <summary>Two servers in processes of their own on one database.</summary>
public sealed class TwoProcesses : IAsyncLifetime
{
    public AnteroomRig Rig { get; private set; } = null!;

    public RelyingParty Application { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Rig = await AnteroomRig.StartAsync(
            new()
            {
                Nodes = 2,
                Processes = true,
                Settings = SharedRig.Patient,
            }
        );
        Application = await RelyingParty.RegisterAsync(Rig);
    }

    public ValueTask DisposeAsync() => Rig.DisposeAsync();
}

/// <summary>The same thing from many sides at the same moment (security.md §16.3).</summary>
public sealed class SignInRaceTests(TwoProcesses two) : IClassFixture<TwoProcesses>
{
    private readonly AnteroomRig _rig = two.Rig;
    private readonly RelyingParty _application = two.Application;

    [Fact]
    [Trait("Security", "SEC-072")]
    [Trait("Security", "SEC-341")]
    public async Task Makes_one_user_of_fifty_first_sign_ins_of_one_person()
    {
        var contoso = await Contoso.CreateAsync(_rig);
        var mira = await contoso.AddPersonAsync();
        var rounds = TestScale.Pick(1, 20);
        for (var round = 0; round < rounds; round++)
        {
            var answers = await StartBarrier.RunAsync(
                50,
                async number =>
                {
                    var browser = _rig.NewBrowser(number % 2);
                    await contoso.SignInAtEntraAsync(browser, mira);
                    var attempt = _application.Begin(("organization", contoso.Slug));
                    return (browser, Callback: await CallbackAttackTests.CatchAsync(_rig, browser, attempt, mira));
                },
                async ready =>
                {
                    using (ready.browser)
                        return await ready.browser.GetAsync(ready.Callback);
                }
            );

            Assert.All(answers, page => Assert.True(page.Answer.ContainsKey("code"), page.Text));
            Assert.Equal(1, await contoso.Rows.CountAsync("users"));
            Assert.Equal(1, await contoso.Rows.CountAsync("external_identities"));
            Assert.Single(await contoso.Rows.AuditAsync("user.created"));
            Assert.Empty(await _rig.Invariants.ViolationsAsync());

            contoso = await Contoso.CreateAsync(_rig);
            mira = await contoso.AddPersonAsync();
        }
        CampaignLog.Saw($"{rounds} rounds: {50 * rounds} first sign-ins, all admitted, {rounds} users");
    }

    [Fact]
    [Trait("Security", "SEC-092")]
    [Trait("Security", "SEC-341")]
    public async Task Lets_one_of_two_hundred_redeem_a_code()
    {
        var contoso = await Contoso.CreateAsync(_rig);
        var mira = await contoso.AddPersonAsync();
        using var browser = _rig.NewBrowser();
        await contoso.SignInAtEntraAsync(browser, mira);
        var rounds = TestScale.Pick(2, 100);
        for (var round = 0; round < rounds; round++)
        {
            var attempt = _application.Begin(("organization", contoso.Slug));
            var page = await browser.GetAsync(attempt.Address.AbsoluteUri);
            var code = page.Answer["code"];

            var answers = await StartBarrier.RunAsync(200, number => _application.RedeemAsync(code, attempt.Verifier, number % 2));

            Assert.Single(answers, answer => answer.IsSuccess);
            Assert.All(answers.Where(answer => !answer.IsSuccess), answer => Assert.Equal("invalid_grant", answer.Error));
        }
        CampaignLog.Saw($"{rounds} rounds: {200 * rounds} redemptions, {rounds} succeeded, {199 * rounds} invalid_grant");
    }

    [Fact]
    [Trait("Security", "SEC-069")]
    [Trait("Security", "SEC-341")]
    public async Task Counts_one_callback_that_comes_to_both_servers_at_once()
    {
        var rounds = TestScale.Pick(2, 100);
        for (var round = 0; round < rounds; round++)
        {
            var contoso = await Contoso.CreateAsync(_rig);
            var mira = await contoso.AddPersonAsync();
            using var browser = _rig.NewBrowser();
            await contoso.SignInAtEntraAsync(browser, mira);
            var callback = await CallbackAttackTests.CatchAsync(_rig, browser, _application.Begin(("organization", contoso.Slug)), mira);

            var answers = await StartBarrier.RunAsync(
                20,
                number =>
                {
                    var copy = browser.Clone();
                    copy.Route = _rig.RouteTo(number % 2);
                    return copy.GetAsync(callback);
                }
            );

            Assert.Single(answers, page => page.Answer.ContainsKey("code"));
            Assert.All(answers.Where(page => !page.Answer.ContainsKey("code")), page => Assert.NotNull(page.Reason));
            Assert.Equal(1, await contoso.Rows.CountAsync("sessions"));
            Assert.Equal(1, await contoso.Rows.CountAsync("users"));
            Assert.Empty(await _rig.Invariants.ViolationsAsync());
        }
        CampaignLog.Saw($"{rounds} rounds: {20 * rounds} callbacks, {rounds} answers, {rounds} sessions, the others refused");
    }

    [Fact] // no sticky sessions (design.md §5)
    [Trait("Security", "SEC-341")]
    public async Task Ends_on_one_server_what_began_on_the_other()
    {
        var contoso = await Contoso.CreateAsync(_rig);
        var mira = await contoso.AddPersonAsync();
        using var browser = _rig.NewBrowser(0);
        var attempt = _application.Begin();
        var question = await browser.GetAsync(attempt.Address.AbsoluteUri);
        browser.Route = _rig.RouteTo(1);
        var entra = await browser.SubmitAsync(question, new Dictionary<string, string> { ["identifier"] = contoso.Code });
        browser.Route = _rig.RouteTo(0);
        var page = await EntraPages.SignInAsync(browser, entra, mira);

        var tokens = await _application.RedeemAsync(attempt, page, node: 1);
        Assert.True(tokens.IsSuccess, tokens.Body);
        Assert.True((await _application.RefreshAsync(tokens.RefreshToken, node: 0)).IsSuccess);
    }

    [Fact]
    [Trait("Security", "SEC-036")]
    public async Task Refuses_a_blocked_person_everywhere_within_two_seconds()
    {
        var contoso = await Contoso.CreateAsync(_rig);
        var mira = await contoso.AddPersonAsync();
        using var browser = _rig.NewBrowser(1);
        var tokens = await contoso.SignInAsync(_application, browser, mira, node: 1);
        var pending = _application.Begin(("organization", contoso.Slug));
        var code = (await browser.GetAsync(pending.Address.AbsoluteUri)).Answer["code"];
        Assert.Equal(HttpStatusCode.OK, (await _application.CallAsync("/connect/userinfo", tokens.AccessToken, node: 1)).Status);

        // By the server in this process: neither of the other two hears of it but by the database.
        var now = _rig.Clock.GetUtcNow();
        await using (var tx = await _rig.Database.BeginAsync(contoso.Organization.Id, default))
        {
            var user = await tx.FirstAsync<Guid>("SELECT user_id FROM users WHERE organization_id = @organization", null, default);
            var blocked = await _rig.Get<Blocks>()
                .BlockAsync(
                    tx,
                    new UserId(user),
                    BlockSource.Administrator,
                    [Channels.Web, Channels.Native],
                    null,
                    AnteroomRig.Desk,
                    now,
                    default
                );
            Assert.True(blocked.TryGet(out _, out var refusal), refusal?.ToString());
            await tx.CommitAsync(default);
        }

        var twoSeconds = TimeSpan.FromSeconds(2);
        var silent = _application.Begin(("organization", contoso.Slug), ("prompt", "none")).Address.AbsoluteUri;
        for (var node = 0; node < 2; node++)
        {
            browser.Route = _rig.RouteTo(node);
            var at = node;
            await Poll.UntilAsync(
                "the session is refused",
                twoSeconds,
                async () => (await browser.GetAsync(silent)).Answer.GetValueOrDefault("error") == "login_required"
            );
            await Poll.UntilAsync(
                "userinfo is refused",
                twoSeconds,
                async () =>
                    (await _application.CallAsync("/connect/userinfo", tokens.AccessToken, at)).Status == HttpStatusCode.Unauthorized
            );
            Assert.Equal("invalid_grant", (await _application.RefreshAsync(tokens.RefreshToken, at)).Error);
            Assert.Equal("invalid_grant", (await _application.RedeemAsync(code, pending.Verifier, at)).Error);
        }

        var before = await contoso.Rows.CountAsync();
        using var again = _rig.NewBrowser();
        var page = await Contoso.SignInAsync(again, _application.Begin(("organization", contoso.Slug)), mira);
        await Refused.AssertAsync(contoso, page, before, "account_blocked");
    }
}
