using System.Net;
using Anteroom.Protocols.OAuth;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Platform;

namespace Anteroom.Tests.Federation.Oidc.Token;

public sealed class ClientCredentialsGrantTests(FederationFixture fixture) : IClassFixture<FederationFixture>
{
    private static ApplicationDraft Draft() =>
        new()
        {
            Name = "Night job",
            ClientKind = "confidential",
            GrantTypes = [GrantType.ClientCredentials],
            Scopes = ["orders:read", "orders:write"],
        };

    private Task<OidcScenario> ScenarioAsync(ApplicationDraft? draft = null) => OidcScenario.CreateAsync(fixture, draft ?? Draft());

    private static Task<OAuthError?> AskAsync(OidcScenario scenario, params (string Name, string Value)[] more) =>
        scenario.GrantAsync([
            new("grant_type", GrantType.ClientCredentials),
            .. more.Select(field => KeyValuePair.Create(field.Name, field.Value)),
        ]);

    [Fact] // RFC 6749 §4.4.3, RFC 9068 §2.2
    [Trait("Security", "SEC-098")]
    public async Task Issues_a_token_about_the_client_itself_and_writes_nothing()
    {
        await using var scenario = await ScenarioAsync();
        var before = await WrittenAsync();
        Assert.Null(await AskAsync(scenario));
        Assert.Equal(before, await WrittenAsync());

        var (client, now) = (scenario.Application.ClientId, scenario.Clock.GetUtcNow().ToUnixTimeSeconds());
        Assert.Equal("at+jwt", OidcScenario.Claims(scenario.Tokens!.AccessToken, 0).GetProperty("typ").GetString());
        var claims = scenario.AccessToken;
        Assert.Equal(OidcScenario.Issuer, claims.GetProperty("iss").GetString());
        Assert.Equal(client, claims.GetProperty("sub").GetString());
        Assert.Equal(client, claims.GetProperty("client_id").GetString());
        Assert.Equal(client, claims.GetProperty("aud").GetString());
        Assert.Equal(now, claims.GetProperty("iat").GetInt64());
        Assert.Equal(now + 600, claims.GetProperty("exp").GetInt64());
        Assert.Equal("orders:read orders:write", claims.GetProperty("scope").GetString());
        Assert.NotEmpty(claims.GetProperty("jti").GetString()!);
        foreach (var personal in new[] { "sid", "org_id", "auth_time", "amr", "acr" })
            Assert.False(claims.TryGetProperty(personal, out _), personal);
        Assert.Null(scenario.Tokens.IdToken);
        Assert.Null(scenario.Tokens.RefreshToken);

        var first = claims.GetProperty("jti").GetString();
        Assert.Null(await AskAsync(scenario));
        Assert.NotEqual(first, scenario.AccessToken.GetProperty("jti").GetString());

        // The tables that an issued token could leave a row in; the client is the platform's.
        Task<long> WrittenAsync() =>
            fixture
                .Test.Database.In(OrganizationId.Platform)
                .FirstAsync<long>(
                    """
                    SELECT (SELECT count(*) FROM grants) + (SELECT count(*) FROM refresh_tokens) + (SELECT count(*) FROM authorization_codes)
                         + (SELECT count(*) FROM consumed) + (SELECT count(*) FROM stored_requests) + (SELECT count(*) FROM audit_events)
                    """,
                    null,
                    default
                );
    }

    [Fact] // an organization's program is of that organization, and says so
    public async Task The_program_of_an_organization_carries_its_organization()
    {
        await using var scenario = await ScenarioAsync();
        await scenario.RegisterAsync(Draft(), scenario.Organization);
        Assert.Null(await AskAsync(scenario));
        Assert.Equal(scenario.Organization.ToString(), scenario.AccessToken.GetProperty("org_id").GetString());
    }

    [Theory] // SEC-102
    [InlineData("orders:read", null)]
    [InlineData("orders:write orders:read", null)]
    [InlineData("orders:delete", "invalid_scope")]
    [InlineData("openid", "invalid_scope")]
    [InlineData("offline_access", "invalid_scope")]
    [InlineData("orders:read profile", "invalid_scope")]
    [InlineData("orders:read  orders:write", "invalid_scope")]
    [InlineData("ORDERS:READ", "invalid_scope")]
    [Trait("Security", "SEC-102")]
    public async Task Gives_the_registered_scopes_that_were_asked_for(string scope, string? error)
    {
        await using var scenario = await ScenarioAsync();
        Assert.Equal(error, (await AskAsync(scenario, ("scope", scope)))?.Code);
        if (error is null)
            Assert.Equal(scope, scenario.AccessToken.GetProperty("scope").GetString());
    }

    [Fact]
    [Trait("Security", "SEC-102")]
    public async Task Without_registered_scopes_the_token_has_none()
    {
        await using var scenario = await ScenarioAsync(Draft() with { Scopes = [] });
        Assert.Null(await AskAsync(scenario));
        Assert.Null(scenario.Tokens!.Scope);
        Assert.False(scenario.AccessToken.TryGetProperty("scope", out _));
        Assert.Equal("invalid_scope", (await AskAsync(scenario, ("scope", "orders:read")))?.Code);
        Assert.Equal("invalid_scope", (await AskAsync(scenario, ("scope", new string('a', 1025))))?.Code);
    }

    [Fact] // RFC 6749 §4.4: opt-in, and confidential clients only
    [Trait("Security", "SEC-094")]
    public async Task Only_confidential_clients_that_were_registered_for_it_may()
    {
        await using var scenario = await ScenarioAsync(OidcScenario.Draft());
        Assert.Equal("unauthorized_client", (await AskAsync(scenario))?.Code);

        var open = scenario.Application with { Kind = ClientKind.Public, Settings = new([GrantType.ClientCredentials]) };
        var asked = await scenario.GrantAsync([new("grant_type", GrantType.ClientCredentials)], open);
        Assert.Equal("unauthorized_client", asked?.Code);
    }

    [Fact] // RFC 8707 §2
    public async Task Is_for_the_registered_resource_that_was_asked_for()
    {
        await using var scenario = await ScenarioAsync();
        string[] apis = [$"https://orders.{scenario.Slug}.example", $"https://stock.{scenario.Slug}.example"];
        await scenario.RegisterAsync(Draft() with { Audience = apis[0], Resources = [apis[1]] }, scenario.Organization);
        Assert.Null(await AskAsync(scenario));
        Assert.Equal(apis[0], scenario.AccessToken.GetProperty("aud").GetString());
        foreach (var api in apis)
        {
            Assert.Null(await AskAsync(scenario, ("resource", api)));
            Assert.Equal(api, scenario.AccessToken.GetProperty("aud").GetString());
        }
        Assert.Equal("invalid_target", (await AskAsync(scenario, ("resource", apis[0] + "/")))?.Code);
        Assert.Equal("invalid_target", (await AskAsync(scenario, ("resource", "https://other.example")))?.Code);
        Assert.Equal("invalid_target", (await AskAsync(scenario, ("resource", apis[0]), ("resource", apis[1])))?.Code);
    }

    [Fact] // RFC 6749 §5.1
    public async Task Over_http_the_answer_names_what_there_is_and_nothing_else()
    {
        await using var http = await OidcHttp.StartAsync(await ScenarioAsync());
        var (response, body) = await http.PostAsync("/connect/token", http.Basic(), [new("grant_type", "client_credentials")]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["access_token", "token_type", "expires_in", "scope"], body.EnumerateObject().Select(member => member.Name));
        Assert.True(response.Headers.CacheControl!.NoStore);
    }

    [Fact] // SEC-036: what works for nobody works for no program either
    [Trait("Security", "SEC-036")]
    public async Task The_program_of_a_disabled_organization_gets_nothing()
    {
        await using var http = await OidcHttp.StartAsync(await ScenarioAsync());
        await http.Scenario.RegisterAsync(Draft(), http.Scenario.Organization);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync()).StatusCode);
        await using (var tx = await fixture.Test.Database.BeginAsync(OrganizationId.Platform, default))
        {
            tx.SwitchTo(http.Scenario.Organization);
            await tx.ExecuteAsync("UPDATE organizations SET status = 'disabled' WHERE organization_id = @organization", null, default);
            await tx.CommitAsync(default);
        }
        http.Scenario.Clock.Advance(TimeSpan.FromSeconds(11)); // this node hears nothing and lives by its cache's time
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync()).StatusCode);

        async Task<HttpResponseMessage> AskAsync() =>
            (await http.PostAsync("/connect/token", http.Basic(), [new("grant_type", "client_credentials")])).Response;
    }
}
