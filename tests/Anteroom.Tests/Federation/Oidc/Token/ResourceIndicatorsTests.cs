using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.UserInfo;

namespace Anteroom.Tests.Federation.Oidc.Token;

/// <summary>RFC 8707: an access token is for one API, and for none that nobody asked for.</summary>
public sealed class ResourceIndicatorsTests(FederationFixture fixture) : IClassFixture<FederationFixture>
{
    private static readonly string[] Names = ["api", "orders", "stock"];

    private async Task<(OidcScenario Scenario, string Api, string Orders, string Stock)> ScenarioAsync()
    {
        var scenario = await OidcScenario.CreateAsync(fixture);
        var apis = Names.Select(name => $"https://{name}.{scenario.Slug}.example").ToArray();
        await scenario.RegisterAsync(
            OidcScenario.Draft() with
            {
                Audience = apis[0],
                Resources = [apis[1], apis[2]],
                Scopes = ["orders:read"],
            },
            scenario.Organization
        );
        scenario.Scope = "openid offline_access orders:read";
        return (scenario, apis[0], apis[1], apis[2]);
    }

    private static string AudienceOf(OidcScenario scenario) => scenario.AccessToken.GetProperty("aud").GetString()!;

    [Fact]
    public async Task Without_a_wish_the_token_is_for_the_applications_own_audience_and_any_registered_one_may_be_chosen_later()
    {
        var (scenario, api, orders, stock) = await ScenarioAsync();
        await using var _ = scenario;
        Assert.Null(await scenario.RedeemAsync(await scenario.CodeAsync()));
        Assert.Equal(api, AudienceOf(scenario));
        Assert.Equal("openid offline_access orders:read", scenario.Tokens!.Scope);
        Assert.Equal(scenario.Application.ClientId, scenario.IdToken.GetProperty("aud").GetString());

        Assert.Null(await scenario.RefreshAsync(scenario.Tokens.RefreshToken, resource: stock));
        Assert.Equal(stock, AudienceOf(scenario));
        Assert.Null(await scenario.RedeemAsync(await scenario.CodeAsync(), resource: orders));
        Assert.Equal(orders, AudienceOf(scenario));
    }

    [Fact] // RFC 8707 §2.2: what was not asked for at authorization is not had afterwards
    public async Task What_was_asked_for_at_authorization_bounds_everything_later()
    {
        var (scenario, api, orders, stock) = await ScenarioAsync();
        await using var _ = scenario;
        scenario.Resources = [orders, stock];
        Assert.Null(await scenario.RedeemAsync(await scenario.CodeAsync()));
        Assert.Equal(orders, AudienceOf(scenario)); // the first of them, where the token request names none
        var refresh = scenario.Tokens!.RefreshToken;

        Assert.Equal("invalid_target", (await scenario.RefreshAsync(refresh, resource: api))?.Code);
        Assert.Null(await scenario.RefreshAsync(refresh, resource: stock)); // the refusal used nothing up
        Assert.Equal(stock, AudienceOf(scenario));
        Assert.Null(await scenario.RefreshAsync(scenario.Tokens!.RefreshToken));
        Assert.Equal(orders, AudienceOf(scenario));

        Assert.Equal("invalid_target", (await scenario.RedeemAsync(await scenario.CodeAsync(), resource: api))?.Code);
        Assert.Null(await scenario.RedeemAsync(await scenario.CodeAsync(), resource: stock));
        Assert.Equal(stock, AudienceOf(scenario));
    }

    [Fact]
    public async Task A_token_request_names_one_at_most()
    {
        var (scenario, _, orders, stock) = await ScenarioAsync();
        await using var s = scenario;
        var code = await scenario.CodeAsync();
        var form = new List<KeyValuePair<string, string>>
        {
            new("grant_type", GrantType.AuthorizationCode),
            new("code", code.Reveal()),
            new("redirect_uri", OidcScenario.RedirectUri),
            new("code_verifier", scenario.Verifier.Reveal()),
            new("resource", orders),
            new("resource", stock),
        };
        Assert.Equal("invalid_target", (await scenario.GrantAsync(form))?.Code);
        Assert.Null(await scenario.GrantAsync(form[..5])); // nor did that use the code up
    }

    [Fact] // a resource that was taken from the application is not had by what was granted before
    public async Task A_resource_that_is_not_registered_any_more_is_refused()
    {
        var (scenario, _, orders, _) = await ScenarioAsync();
        await using var s = scenario;
        scenario.Resources = [orders];
        Assert.Null(await scenario.RedeemAsync(await scenario.CodeAsync()));
        var less = scenario.Application with { Settings = scenario.Application.Settings with { Resources = [] } };
        var token = scenario.Tokens!.RefreshToken;
        Assert.Equal("invalid_target", (await scenario.RefreshAsync(token, client: less))?.Code);
        Assert.Null(await scenario.RefreshAsync(token)); // registered again: the refusal has used nothing up
    }

    [Fact] // RFC 8707 §3, RFC 9068 §4: an API that gets a token for itself does not read the person's profile with it
    [Trait("Security", "SEC-104")]
    public async Task Userinfo_takes_no_token_that_was_made_for_another_API()
    {
        var (scenario, _, orders, stock) = await ScenarioAsync();
        await using var s = scenario;
        Assert.Null(await scenario.RedeemAsync(await scenario.CodeAsync()));
        Assert.Null(await AskAsync());
        Assert.Null(await scenario.RefreshAsync(scenario.Tokens!.RefreshToken, resource: stock));
        Assert.Equal("invalid_token", await AskAsync());
        scenario.Resources = [orders];
        Assert.Null(await scenario.RedeemAsync(await scenario.CodeAsync()));
        Assert.Equal("invalid_token", await AskAsync());

        async Task<string?> AskAsync() =>
            (await scenario.Node.Get<ReadUserInfo>().HandleAsync(scenario.Tokens!.AccessToken, default)).TryGet(out _, out var refused)
                ? null
                : refused.Code;
    }

    [Fact] // SEC-101: who replays a token does not escape by asking for something else besides
    [Trait("Security", "SEC-101")]
    public async Task A_replay_ends_the_family_whatever_it_asks_for()
    {
        var (scenario, _, orders, stock) = await ScenarioAsync();
        await using var s = scenario;
        scenario.Resources = [orders];
        Assert.Null(await scenario.RedeemAsync(await scenario.CodeAsync()));
        var used = scenario.Tokens!.RefreshToken;
        Assert.Null(await scenario.RefreshAsync(used));
        Assert.Equal("invalid_grant", (await scenario.RefreshAsync(used, resource: stock))?.Code);
        Assert.Equal("refresh_token_replayed", await scenario.RevokedForAsync());
    }
}
