using System.Net;
using System.Text.Json.Nodes;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>entra-oidc.md §3: what the endpoint refuses before any grant is looked at.</summary>
public sealed class TokenEndpointTests : IAsyncLifetime
{
    private EmulatorStage _stage = null!;

    public async ValueTask InitializeAsync() => _stage = await EmulatorStage.StartAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Theory] // §2.6 rows 500112, 700005, 70003, 900144, 9002313
    [InlineData("redirect_uri", "https://rp.example/other", 500112, "invalid_grant")]
    [InlineData("grant_type", "no_such_grant", 70003, "unsupported_grant_type")]
    [InlineData("grant_type", null, 900144, "invalid_request")]
    [InlineData("client_id", null, 900144, "invalid_request")]
    [InlineData("code", "0.AXnonsense", 9002313, "invalid_request")]
    public async Task A_malformed_redemption_is_refused(string name, string? value, int code, string error)
    {
        TokenRefusals.Check(await _stage.RedeemAsync(await _stage.CodeAsync(), (name, value)), code, error, HttpStatusCode.BadRequest, "");
    }

    [Theory] // recorded answers token-error-unknown-client and token-error-unsupported-grant-type: no error_uri
    [InlineData(
        "00000000-0000-0000-0000-000000000000",
        "client_credentials",
        700038,
        "unauthorized_client",
        "00000000-0000-0000-0000-000000000000 is not a valid application identifier."
    )]
    [InlineData(
        "6f0c2b1e-1111-4000-8000-1a2b3c4d5e6f",
        "no_such_grant",
        70003,
        "unsupported_grant_type",
        "The app requested an unsupported grant type 'no_such_grant'."
    )]
    public async Task Some_refusals_carry_no_error_uri(string clientId, string grantType, int code, string error, string message)
    {
        var reply = await _stage.TokenAsync(
            null,
            null,
            ("client_id", clientId),
            ("grant_type", grantType),
            ("client_secret", "x"),
            ("scope", "https://graph.microsoft.com/.default")
        );
        TokenRefusals.Check(reply, code, error, HttpStatusCode.BadRequest, message);
        Assert.False(reply.Body.ContainsKey("error_uri"));
    }

    [Fact] // §2.6 row 90002 at the token endpoint: invalid_request
    public async Task An_unknown_tenant_is_90002()
    {
        TokenRefusals.Check(
            await _stage.TokenAsync("nobody.example", null, ("grant_type", "client_credentials")),
            90002,
            "invalid_request",
            HttpStatusCode.BadRequest,
            "Tenant 'nobody.example' not found."
        );
    }

    [Fact] // §2.6 row 700016 at the token endpoint
    public async Task An_unknown_client_is_700016()
    {
        var reply = await _stage.TokenAsync(
            null,
            null,
            ("client_id", "6f0c2b1e-1111-4000-8000-1a2b3c4d5e6f"),
            ("grant_type", "client_credentials")
        );
        TokenRefusals.Check(
            reply,
            700016,
            "unauthorized_client",
            HttpStatusCode.BadRequest,
            "Application with identifier '6f0c2b1e-1111-4000-8000-1a2b3c4d5e6f' was not found in the directory 'Contoso'."
        );
    }

    [Fact] // §2.6: GET gives 900561
    public async Task The_endpoint_takes_posts_only()
    {
        using var response = await _stage.GetAsync($"/{_stage.TenantId}/oauth2/v2.0/token");
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal(900561, (int)body["error_codes"]![0]!);
    }
}
