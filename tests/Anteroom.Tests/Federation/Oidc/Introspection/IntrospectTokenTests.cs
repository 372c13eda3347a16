using System.Net;
using System.Text.Json;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Introspection;
using Anteroom.Tests.Federation.Oidc.Token;

namespace Anteroom.Tests.Federation.Oidc.Introspection;

public sealed class IntrospectTokenTests(FederationFixture fixture) : IClassFixture<FederationFixture>
{
    private async Task<OidcScenario> SignedInAsync(string scope = "openid profile offline_access", ApplicationDraft? draft = null)
    {
        var scenario = await OidcScenario.CreateAsync(fixture, draft);
        scenario.Scope = scope;
        Assert.Null(await scenario.RedeemAsync(await scenario.CodeAsync()));
        return scenario;
    }

    private static Task<IntrospectionResponse> AskAsync(OidcScenario scenario, string token) =>
        scenario.Node.Get<IntrospectToken>().HandleAsync(token, scenario.Authenticated, default);

    [Fact] // RFC 7662 §2.2
    public async Task Says_of_an_access_token_what_it_says_itself()
    {
        await using var scenario = await SignedInAsync();
        var seen = await AskAsync(scenario, scenario.Tokens!.AccessToken);
        var claims = scenario.AccessToken;
        Assert.True(seen.Active);
        Assert.Equal("Bearer", seen.TokenType);
        foreach (
            var (claim, value) in new (string, object?)[]
            {
                ("iss", seen.Iss),
                ("sub", seen.Sub),
                ("aud", seen.Aud),
                ("client_id", seen.ClientId),
                ("scope", seen.Scope),
                ("jti", seen.Jti),
                ("iat", seen.Iat),
                ("exp", seen.Exp),
                ("sid", seen.Sid),
                ("org_id", seen.OrgId),
                ("auth_time", seen.AuthTime),
            }
        )
            Assert.Equal(claims.GetProperty(claim).ToString(), value?.ToString());
        Assert.Equal(["pwd", "mfa"], seen.Amr!);
    }

    [Fact]
    public async Task Says_of_a_refresh_token_whose_it_is_until_it_is_used()
    {
        await using var scenario = await SignedInAsync();
        var token = scenario.Tokens!.RefreshToken!;
        var seen = await AskAsync(scenario, token);
        Assert.True(seen.Active);
        Assert.Equal(scenario.Subject, seen.Sub);
        Assert.Equal("openid profile offline_access", seen.Scope);
        Assert.Equal((scenario.Clock.GetUtcNow() + TimeSpan.FromDays(14)).ToUnixTimeSeconds(), seen.Exp);
        Assert.Null(seen.TokenType);

        Assert.Null(await scenario.RefreshAsync(token));
        Assert.Equal(IntrospectionResponse.Inactive, await AskAsync(scenario, token));
        Assert.True((await AskAsync(scenario, scenario.Tokens!.RefreshToken!)).Active);
        scenario.Clock.Advance(TimeSpan.FromDays(14));
        Assert.Equal(IntrospectionResponse.Inactive, await AskAsync(scenario, scenario.Tokens!.RefreshToken!));
    }

    [Theory]
    [MemberData(nameof(RedeemAuthorizationCodeTests.Ends), MemberType = typeof(RedeemAuthorizationCodeTests))]
    [Trait("Security", "SEC-036")]
    [Trait("Security", "SEC-104")]
    public async Task A_token_is_not_active_without_what_it_stands_on(string end)
    {
        await using var scenario = await SignedInAsync("openid");
        await scenario.ExecuteAsync(end, new { user = scenario.User.Value, at = ManualClock.Start });
        Assert.Equal(IntrospectionResponse.Inactive, await AskAsync(scenario, scenario.Tokens!.AccessToken));
    }

    [Fact] // RFC 7662 §4: only what is meant for the caller
    [Trait("Security", "SEC-104")]
    public async Task Tokens_that_are_not_the_callers_business_are_not_active_for_it()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        var api = $"https://api.{scenario.Slug}.example";
        await scenario.RegisterAsync(OidcScenario.Draft() with { Resources = [api] }, scenario.Organization);
        scenario.Scope = "openid offline_access";
        scenario.Resources = [api];
        Assert.Null(await scenario.RedeemAsync(await scenario.CodeAsync()));
        var (access, refresh) = (scenario.Tokens!.AccessToken, scenario.Tokens.RefreshToken!);
        Assert.True((await AskAsync(scenario, access)).Active); // its own

        await scenario.RegisterAsync(OidcScenario.Draft() with { Name = "The API", Audience = api }, scenario.Organization);
        Assert.True((await AskAsync(scenario, access)).Active); // for it
        Assert.Equal(IntrospectionResponse.Inactive, await AskAsync(scenario, refresh)); // a refresh token is its client's alone

        await scenario.RegisterAsync(OidcScenario.Draft() with { Name = "Calls the API too", Resources = [api] }, scenario.Organization);
        Assert.Equal(IntrospectionResponse.Inactive, await AskAsync(scenario, access)); // to may call is not to be
        Assert.Equal(IntrospectionResponse.Inactive, await AskAsync(scenario, refresh));
    }

    [Fact]
    [Trait("Security", "SEC-104")]
    [Trait("Security", "SEC-099")]
    public async Task What_is_no_token_of_ours_is_not_active()
    {
        await using var scenario = await SignedInAsync();
        var (access, refresh) = (scenario.Tokens!.AccessToken, scenario.Tokens.RefreshToken!);
        string[] strange =
        [
            "x",
            "..",
            scenario.Tokens.IdToken!,
            access[..^1],
            access + "A",
            access + ".",
            $" {access}",
            refresh[..^1],
            refresh + "A",
            refresh.ToUpperInvariant(),
            refresh[..^1] + (refresh[^1] == 'A' ? 'E' : 'A'),
            (await scenario.CodeAsync()).Reveal(),
        ];
        foreach (var token in strange)
            Assert.Equal(IntrospectionResponse.Inactive, await AskAsync(scenario, token));
        scenario.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(IntrospectionResponse.Inactive, await AskAsync(scenario, access));
    }

    [Fact] // a program's own token stands on its application and organization
    [Trait("Security", "SEC-104")]
    public async Task A_programs_token_stands_on_its_application()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        var draft = OidcScenario.Draft() with { GrantTypes = [GrantType.ClientCredentials], Scopes = ["orders:read"] };
        await scenario.RegisterAsync(draft, scenario.Organization);
        Assert.Null(await scenario.GrantAsync([new("grant_type", GrantType.ClientCredentials)]));
        var seen = await AskAsync(scenario, scenario.Tokens!.AccessToken);
        Assert.True(seen.Active);
        Assert.Equal(scenario.Application.ClientId, seen.Sub);
        Assert.Equal(scenario.Organization.ToString(), seen.OrgId);
        Assert.Null(seen.Sid);

        await scenario
            .Node.Get<ApplicationRegistry>()
            .SetDisabledAsync(scenario.Organization, scenario.Application.Id, true, OidcScenario.Context, default);
        Assert.Equal(IntrospectionResponse.Inactive, await AskAsync(scenario, scenario.Tokens.AccessToken));
    }

    [Fact] // RFC 7662 §2.1, §2.3
    [Trait("Security", "SEC-104")]
    [Trait("Security", "SEC-007")]
    public async Task Who_asks_proves_who_it_is_and_gets_the_bare_minimum_of_a_dead_token()
    {
        await using var http = await OidcHttp.StartAsync(await SignedInAsync());
        var token = http.Scenario.Tokens!.AccessToken;
        var (response, body) = await http.PostAsync("/connect/introspect", http.Basic(), [new("token", token)]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(body.GetProperty("active").GetBoolean());
        Assert.True(response.Headers.CacheControl!.NoStore);

        var (_, dead) = await http.PostAsync("/connect/introspect", http.Basic(), [new("token", "x"), new("token_type_hint", "fish")]);
        Assert.Equal("""{"active":false}""", dead.GetRawText());

        var id = http.Scenario.Application.ClientId;
        await RefusedAsync(http.PostAsync("/connect/introspect", null, [new("token", token)]), 401, "invalid_client");
        await RefusedAsync(http.PostAsync("/connect/introspect", null, [new("token", token), new("client_id", id)]), 401, "invalid_client");
        await RefusedAsync(
            http.PostAsync("/connect/introspect", OidcHttp.Basic(id, "wrong"), [new("token", token)]),
            401,
            "invalid_client"
        );
        await RefusedAsync(http.PostAsync("/connect/introspect", http.Basic(), []), 400, "invalid_request");
        await RefusedAsync(
            http.PostAsync("/connect/introspect", http.Basic(), [new("token", token), new("token", token)]),
            400,
            "invalid_request"
        );
        await RefusedAsync(
            http.PostAsync("/connect/introspect", http.Basic(), [new("token", new string('a', 17_000))]),
            400,
            "invalid_request"
        );
        await RefusedAsync(http.PostAsync("/connect/introspect?token=" + token, http.Basic(), []), 400, "invalid_request");
    }

    [Fact] // a public client has nothing to prove itself with
    [Trait("Security", "SEC-104")]
    public async Task A_public_client_may_not_ask()
    {
        await using var http = await OidcHttp.StartAsync(
            await SignedInAsync("openid", OidcScenario.Draft() with { ClientKind = "public" })
        );
        List<KeyValuePair<string, string>> form =
        [
            new("token", http.Scenario.Tokens!.AccessToken),
            new("client_id", http.Scenario.Application.ClientId),
        ];
        await RefusedAsync(http.PostAsync("/connect/introspect", null, form), 401, "invalid_client");
    }

    private static async Task RefusedAsync(Task<(HttpResponseMessage Response, JsonElement Body)> sending, int status, string error)
    {
        var (response, body) = await sending;
        Assert.Equal((status, error), ((int)response.StatusCode, body.GetProperty("error").GetString()));
    }
}
