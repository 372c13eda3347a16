using System.Net;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>entra-oidc.md §3.1, §3.2: an application as itself.</summary>
public sealed class ClientCredentialsGrantTests : IAsyncLifetime
{
    private EmulatorStage _stage = null!;

    public async ValueTask InitializeAsync() => _stage = await EmulatorStage.StartAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact] // recorded answer token-client-credentials, and the Graph token of §3.2
    public async Task Client_credentials_buy_an_app_only_token()
    {
        var reply = await ClientCredentialsAsync("https://graph.microsoft.com/.default");
        Assert.Equal(["token_type", "expires_in", "ext_expires_in", "access_token"], reply.Body.Select(member => member.Key));
        Assert.Equal(3599, (int)reply.Body["expires_in"]!);
        var claims = Jwt.Payload((string)reply.Body["access_token"]!);
        Assert.Equal("app", (string?)claims["idtyp"]);
        Assert.Equal(_stage.AppId, (string?)claims["appid"]);
        Assert.Equal((string?)claims["oid"], (string?)claims["sub"]);
    }

    [Fact] // recorded claims token-claims-client-credentials: an own resource with version 2 tokens
    public async Task An_app_only_token_for_an_own_resource_has_the_recorded_claims()
    {
        await _stage.PatchAsync(
            $"/applications/{_stage.AppId}",
            new { api = new { requestedAccessTokenVersion = 2 }, identifierUris = new[] { $"api://{_stage.AppId}" } }
        );
        var reply = await ClientCredentialsAsync($"api://{_stage.AppId}/.default");
        var claims = Jwt.Payload((string)reply.Body["access_token"]!);
        Assert.Equal(
            ["aio", "aud", "azp", "azpacr", "exp", "iat", "iss", "nbf", "oid", "rh", "sub", "tid", "uti", "ver", "xms_ftd"],
            claims.Select(claim => claim.Key).Order(StringComparer.Ordinal)
        );
        Assert.Equal("2.0", (string?)claims["ver"]);
        Assert.Equal(_stage.AppId, (string?)claims["aud"]);
        Assert.Equal($"{_stage.Url}/{_stage.TenantId}/v2.0", (string?)claims["iss"]);
    }

    [Theory] // recorded answer token-error-invalid-scope; §3.1
    [InlineData("api://not-a-registered-resource/.default", 500011, "invalid_resource")]
    [InlineData("https://graph.microsoft.com/User.Read", 1002012, "invalid_scope")]
    public async Task Client_credentials_need_a_resource_and_its_default_scope(string scope, int code, string error)
    {
        TokenRefusals.Check(await ClientCredentialsAsync(scope), code, error, HttpStatusCode.BadRequest, "");
    }

    [Fact] // §3.1: the tenant must be in the path
    public async Task Client_credentials_need_a_tenant()
    {
        await _stage.PatchAsync($"/applications/{_stage.AppId}", new { signInAudience = "AzureADMultipleOrgs" });
        var reply = await _stage.TokenAsync(
            "common",
            null,
            ("grant_type", "client_credentials"),
            ("client_id", _stage.AppId),
            ("client_secret", _stage.Secret),
            ("scope", "https://graph.microsoft.com/.default")
        );
        TokenRefusals.Check(reply, 9001023, "invalid_request", HttpStatusCode.BadRequest, "");
    }

    private Task<TokenReply> ClientCredentialsAsync(string scope) =>
        _stage.TokenAsync(
            null,
            null,
            ("grant_type", "client_credentials"),
            ("client_id", _stage.AppId),
            ("client_secret", _stage.Secret),
            ("scope", scope)
        );
}
