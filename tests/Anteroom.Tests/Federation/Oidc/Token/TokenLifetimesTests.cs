using Anteroom.Server.Federation.Applications;

namespace Anteroom.Tests.Federation.Oidc.Token;

/// <summary>Each application's own lives, within our bounds (SEC-098, SEC-101).</summary>
public sealed class TokenLifetimesTests(FederationFixture fixture) : IClassFixture<FederationFixture>
{
    private async Task<OidcScenario> SignedInAsync(ApplicationDraft draft)
    {
        var scenario = await OidcScenario.CreateAsync(fixture, draft);
        scenario.Scope = "openid offline_access";
        Assert.Null(await scenario.RedeemAsync(await scenario.CodeAsync()));
        return scenario;
    }

    [Fact]
    [Trait("Security", "SEC-098")]
    public async Task Tokens_live_as_long_as_their_application_says()
    {
        await using var scenario = await SignedInAsync(OidcScenario.Draft() with { AccessTokenSeconds = 3600, IdTokenSeconds = 60 });
        var now = scenario.Clock.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal(now + 3600, scenario.AccessToken.GetProperty("exp").GetInt64());
        Assert.Equal(now + 60, scenario.IdToken.GetProperty("exp").GetInt64());
        Assert.Equal(3600, scenario.Tokens!.ExpiresIn);
    }

    [Fact]
    [Trait("Security", "SEC-101")]
    public async Task A_refresh_token_idles_and_its_family_lives_as_the_application_says()
    {
        var draft = OidcScenario.Draft() with { RefreshTokenIdleSeconds = 3600, RefreshTokenAbsoluteSeconds = 7200 };
        await using var scenario = await SignedInAsync(draft);
        scenario.Clock.Advance(TimeSpan.FromSeconds(3599));
        Assert.Null(await scenario.RefreshAsync(scenario.Tokens!.RefreshToken));
        scenario.Clock.Advance(TimeSpan.FromSeconds(3599));
        Assert.Null(await scenario.RefreshAsync(scenario.Tokens!.RefreshToken));
        scenario.Clock.Advance(TimeSpan.FromSeconds(2)); // two hours since the sign-in
        Assert.Equal("invalid_grant", (await scenario.RefreshAsync(scenario.Tokens!.RefreshToken))?.Code);

        await using var idle = await SignedInAsync(draft);
        idle.Clock.Advance(TimeSpan.FromSeconds(3600));
        Assert.Equal("invalid_grant", (await idle.RefreshAsync(idle.Tokens!.RefreshToken))?.Code);
    }
}
