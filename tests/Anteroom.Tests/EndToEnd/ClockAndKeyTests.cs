using Anteroom.Harness;

namespace Anteroom.Tests.EndToEnd;

/// <summary>An installation whose clock and provider keys move; its tests run one after another.</summary>
public sealed class MovableRig : IAsyncLifetime
{
    public AnteroomRig Rig { get; private set; } = null!;

    public RelyingParty Application { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Rig = await AnteroomRig.StartAsync();
        Application = await RelyingParty.RegisterAsync(Rig);
    }

    public ValueTask DisposeAsync() => Rig.DisposeAsync();
}

/// <summary>What time and turned-over keys do to a sign-in.</summary>
public sealed class ClockAndKeyTests(MovableRig movable) : IClassFixture<MovableRig>
{
    private readonly AnteroomRig _rig = movable.Rig;
    private readonly RelyingParty _application = movable.Application;

    [Fact]
    [Trait("Security", "SEC-065")]
    public async Task Refuses_an_answer_that_comes_too_late()
    {
        var contoso = await Contoso.CreateAsync(_rig);
        var mira = await contoso.AddPersonAsync();
        using var browser = _rig.NewBrowser();
        var before = await contoso.Rows.CountAsync();
        var callback = await CallbackAttackTests.CatchAsync(_rig, browser, _application.Begin(("organization", contoso.Slug)), mira);

        _rig.Clock.Advance(TimeSpan.FromMinutes(16));

        Refused.AssertPage(await browser.GetAsync(callback), "transaction_expired");
        Assert.Equal(before, await contoso.Rows.CountAsync());
    }

    [Fact]
    [Trait("Security", "SEC-034")]
    public async Task Ends_a_session_that_nobody_used_for_an_hour()
    {
        var contoso = await Contoso.CreateAsync(_rig);
        var mira = await contoso.AddPersonAsync();
        using var browser = _rig.NewBrowser();
        await contoso.SignInAsync(_application, browser, mira);
        var silent = _application.Begin(("organization", contoso.Slug), ("prompt", "none")).Address.AbsoluteUri;

        _rig.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.True((await browser.GetAsync(silent)).Answer.ContainsKey("code"));
        _rig.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("login_required", (await browser.GetAsync(silent)).Answer["error"]);
    }

    [Fact]
    [Trait("Security", "SEC-092")]
    public async Task Refuses_a_code_at_the_end_of_its_minute()
    {
        var contoso = await Contoso.CreateAsync(_rig);
        var mira = await contoso.AddPersonAsync();
        using var browser = _rig.NewBrowser();
        var attempt = _application.Begin(("organization", contoso.Slug));
        var page = await Contoso.SignInAsync(browser, attempt, mira);

        _rig.Clock.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal("invalid_grant", (await _application.RedeemAsync(attempt, page)).Error);
    }

    [Fact]
    [Trait("Security", "SEC-071")]
    public async Task Follows_Entra_when_it_signs_with_a_new_key()
    {
        var contoso = await Contoso.CreateAsync(_rig);
        var mira = await contoso.AddPersonAsync();
        using var browser = _rig.NewBrowser();
        await contoso.SignInAsync(_application, browser, mira);

        await _rig.Control.PostAsync("keys/add-next");
        await _rig.Control.PostAsync("keys/switch-signing");
        _rig.Clock.Advance(TimeSpan.FromMinutes(6));
        using var second = _rig.NewBrowser();
        Assert.True((await contoso.SignInAsync(_application, second, mira)).IsSuccess);

        await _rig.Control.PostAsync("keys/emergency"); // all keys replaced at once
        _rig.Clock.Advance(TimeSpan.FromMinutes(6));
        using var third = _rig.NewBrowser();
        Assert.True((await contoso.SignInAsync(_application, third, mira)).IsSuccess);
    }

    [Fact]
    [Trait("Security", "SEC-071")]
    public async Task Asks_for_keys_seldom_however_many_unknown_ones_are_named()
    {
        var contoso = await Contoso.CreateAsync(_rig);
        var mira = await contoso.AddPersonAsync();
        var keys = $"/{contoso.TenantId}/discovery/v2.0/keys";
        using (var warm = _rig.NewBrowser())
            await contoso.SignInAsync(_application, warm, mira);
        var before = (await _rig.Control.RequestsAsync(keys)).Count;
        Assert.NotEqual(0, before);

        await using var fault = await _rig.Control.FaultAsync(new { path = $"/{contoso.TenantId}/oauth2/v2.0/token", kind = "unknownKid" });
        for (var count = 0; count < 6; count++)
        {
            using var browser = _rig.NewBrowser();
            var page = await Contoso.SignInAsync(browser, _application.Begin(("organization", contoso.Slug)), mira);
            Refused.AssertPage(page, "id_token_unknown_key");
        }

        Assert.InRange((await _rig.Control.RequestsAsync(keys)).Count - before, 0, 2);
        Assert.Equal(1, await contoso.Rows.CountAsync("users"));
    }
}
