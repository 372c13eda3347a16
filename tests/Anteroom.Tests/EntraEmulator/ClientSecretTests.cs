using System.Net;
using System.Text;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>entra-oidc.md §2.6 "Client credentials": secrets, right and wrong.</summary>
public sealed class ClientSecretTests : IAsyncLifetime
{
    private EmulatorStage _stage = null!;

    public async ValueTask InitializeAsync() => _stage = await EmulatorStage.StartAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact] // §3: HTTP Basic works as well
    public async Task A_secret_may_come_by_basic_authentication()
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{_stage.Url}/{_stage.TenantId}/oauth2/v2.0/token");
        var pair = $"{Uri.EscapeDataString(_stage.AppId)}:{Uri.EscapeDataString(_stage.Secret)}";
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(pair)));
        request.Content = new FormUrlEncodedContent([
            new("grant_type", "client_credentials"),
            new("scope", "https://graph.microsoft.com/.default"),
        ]);
        using var response = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact] // §2.6 row 7000215, recorded answer token-error-invalid-client: what people paste by mistake
    [Trait("Capability", "HEC-27")]
    [Trait("Capability", "HEL-05")]
    public async Task The_secret_id_in_place_of_the_value_is_7000215()
    {
        var reply = await _stage.RedeemAsync(await _stage.CodeAsync(), ("client_secret", _stage.SecretId));
        TokenRefusals.Check(
            reply,
            7000215,
            "invalid_client",
            HttpStatusCode.Unauthorized,
            $"Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{_stage.AppId}'."
        );
        Assert.Equal(
            ["error", "error_description", "error_codes", "timestamp", "trace_id", "correlation_id", "error_uri"],
            reply.Body.Select(member => member.Key)
        );
        Assert.EndsWith("/error?code=7000215", (string?)reply.Body["error_uri"], StringComparison.Ordinal);
    }

    [Fact] // §2.6 row 7000222
    public async Task An_expired_secret_is_7000222()
    {
        var old = await _stage.PostAsync(
            $"/applications/{_stage.AppId}/secrets",
            new { displayName = "old", endDateTime = _stage.Clock.GetUtcNow().AddDays(1) }
        );
        var code = await _stage.CodeAsync();
        _stage.Clock.Advance(TimeSpan.FromDays(1));
        code = await _stage.CodeAsync();
        TokenRefusals.Check(
            await _stage.RedeemAsync(code, ("client_secret", (string)old["secretText"]!)),
            7000222,
            "invalid_client",
            HttpStatusCode.Unauthorized,
            $"The provided client secret keys for app '{_stage.AppId}' are expired."
        );
    }

    [Fact] // §2.6 row 7000218
    public async Task A_web_application_without_a_secret_is_7000218()
    {
        TokenRefusals.Check(
            await _stage.RedeemAsync(await _stage.CodeAsync(), ("client_secret", null)),
            7000218,
            "invalid_client",
            HttpStatusCode.Unauthorized,
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
        );
    }
}
