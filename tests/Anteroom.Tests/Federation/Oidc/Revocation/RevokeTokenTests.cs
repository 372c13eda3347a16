using System.Net;
using System.Text.Json;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Introspection;
using Anteroom.Server.Federation.Oidc.Revocation;
using Anteroom.Server.Federation.Oidc.UserInfo;
using Anteroom.Server.Platform;

namespace Anteroom.Tests.Federation.Oidc.Revocation;

public sealed class RevokeTokenTests(FederationFixture fixture) : IClassFixture<FederationFixture>
{
    private async Task<OidcScenario> SignedInAsync(ApplicationDraft? draft = null)
    {
        var scenario = await OidcScenario.CreateAsync(fixture, draft);
        scenario.Scope = "openid offline_access";
        Assert.Null(await scenario.RedeemAsync(await scenario.CodeAsync()));
        return scenario;
    }

    private static async Task<string?> RevokeAsync(OidcScenario scenario, string token) =>
        (await scenario.Node.Get<RevokeToken>().HandleAsync(token, scenario.Authenticated, default))?.Code;

    private static async Task<bool> IsActiveAsync(OidcScenario scenario, string token) =>
        (await scenario.Node.Get<IntrospectToken>().HandleAsync(token, scenario.Authenticated, default)).Active;

    [Theory] // RFC 7009 §2.1: either ends all that came of the authorization
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Security", "SEC-104")]
    public async Task Either_token_ends_its_whole_grant(bool refreshToken)
    {
        await using var scenario = await SignedInAsync();
        var (access, refresh) = (scenario.Tokens!.AccessToken, scenario.Tokens.RefreshToken!);
        Assert.Null(await RevokeAsync(scenario, refreshToken ? refresh : access));

        Assert.False(await IsActiveAsync(scenario, access));
        Assert.False(await IsActiveAsync(scenario, refresh));
        Assert.False((await scenario.Node.Get<ReadUserInfo>().HandleAsync(access, default)).TryGet(out _, out _));
        Assert.Equal("invalid_grant", (await scenario.RefreshAsync(refresh))?.Code);
        Assert.Equal("revoked_by_client", await scenario.RevokedForAsync());

        Assert.Null(await RevokeAsync(scenario, refresh)); // again: nothing more happens
        Assert.Equal(
            1,
            await scenario.FirstAsync<long>(
                "SELECT count(*) FROM audit_events WHERE organization_id = @organization AND action = 'grant.revoked' AND reason = 'revoked_by_client'"
            )
        );
    }

    [Fact]
    [Trait("Security", "SEC-104")]
    public async Task A_rotated_refresh_token_ends_its_family_too()
    {
        await using var scenario = await SignedInAsync();
        var former = scenario.Tokens!.RefreshToken!;
        Assert.Null(await scenario.RefreshAsync(former));
        Assert.Null(await RevokeAsync(scenario, former));
        Assert.Equal("invalid_grant", (await scenario.RefreshAsync(scenario.Tokens!.RefreshToken))?.Code);
    }

    [Fact] // RFC 7009 §2.1
    [Trait("Security", "SEC-104")]
    public async Task Another_clients_tokens_are_refused_and_stay()
    {
        await using var scenario = await SignedInAsync();
        var (own, access, refresh) = (scenario.Application, scenario.Tokens!.AccessToken, scenario.Tokens.RefreshToken!);
        await scenario.RegisterAsync(OidcScenario.Draft() with { Name = "Other" }, OrganizationId.Platform);
        Assert.Equal("invalid_grant", await RevokeAsync(scenario, access));
        Assert.Equal("invalid_grant", await RevokeAsync(scenario, refresh));
        Assert.Null(await scenario.RefreshAsync(refresh, client: own));
    }

    [Fact] // RFC 7009 §2.2: the client cannot do anything about it
    [Trait("Security", "SEC-104")]
    public async Task What_is_no_token_is_fine_and_ends_nothing()
    {
        await using var scenario = await SignedInAsync();
        var (access, refresh) = (scenario.Tokens!.AccessToken, scenario.Tokens.RefreshToken!);
        var bent = refresh[..^1] + (refresh[^1] == 'A' ? 'E' : 'A');
        foreach (var token in new[] { "x", access + "A", refresh + "A", bent, scenario.Tokens.IdToken!, "rt_", "a.b.c" })
            Assert.Null(await RevokeAsync(scenario, token));
        Assert.Null(await scenario.RevokedForAsync());
        scenario.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Null(await RevokeAsync(scenario, access)); // expired: worth nothing anyway
        Assert.Null(await scenario.RefreshAsync(refresh));
    }

    [Fact]
    [Trait("Security", "SEC-104")]
    public async Task A_programs_token_ends_alone()
    {
        await using var scenario = await OidcScenario.CreateAsync(
            fixture,
            OidcScenario.Draft() with
            {
                GrantTypes = [GrantType.ClientCredentials],
            }
        );
        var (first, second) = (await TokenAsync(), await TokenAsync());
        Assert.True(await IsActiveAsync(scenario, first));
        Assert.Null(await RevokeAsync(scenario, first));
        Assert.Null(await RevokeAsync(scenario, first));
        Assert.False(await IsActiveAsync(scenario, first));
        Assert.True(await IsActiveAsync(scenario, second));
        Assert.Equal(
            1,
            await fixture
                .Test.Database.In(OrganizationId.Platform)
                .FirstAsync<long>(
                    "SELECT count(*) FROM audit_events WHERE action = 'token.revoked' AND target_id = @id",
                    new { id = scenario.Application.Id.Value },
                    default
                )
        );

        async Task<string> TokenAsync()
        {
            Assert.Null(await scenario.GrantAsync([new("grant_type", GrantType.ClientCredentials)]));
            return scenario.Tokens!.AccessToken;
        }
    }

    [Fact]
    [Trait("Security", "SEC-011")]
    [Trait("Security", "SEC-104")]
    public async Task A_browser_application_revokes_by_its_script_and_a_stranger_does_not()
    {
        const string Origin = "https://spa-revokes.example";
        var draft = OidcScenario.Draft() with { ClientKind = "public", RedirectUris = [OidcScenario.RedirectUri, Origin + "/cb"] };
        await using var http = await OidcHttp.StartAsync(await SignedInAsync(draft));
        var refresh = http.Scenario.Tokens!.RefreshToken!;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/revoke")
        {
            Content = new FormUrlEncodedContent([new("client_id", http.Scenario.Application.ClientId), new("token", refresh)]),
        };
        request.Headers.TryAddWithoutValidation("Origin", Origin);
        var (response, body) = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Origin, response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal(JsonValueKind.Undefined, body.ValueKind); // nothing to say
        Assert.Equal("revoked_by_client", await http.Scenario.RevokedForAsync());

        var (nobody, error) = await http.PostAsync("/connect/revoke", null, [new("token", refresh)]);
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (nobody.StatusCode, error.GetProperty("error").GetString()));
        (nobody, error) = await http.PostAsync("/connect/revoke", null, [new("client_id", http.Scenario.Application.ClientId)]);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (nobody.StatusCode, error.GetProperty("error").GetString()));
    }
}
