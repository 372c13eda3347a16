using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>
/// Answers of a live tenant's token endpoint, captured on 2026-08-13, with ids, times and tokens folded to placeholders. Ours, folded
/// alike, are the same text: members, their order, their words and the status.
/// </summary>
public sealed partial class RecordedAnswersTests(RecordedAnswersTests.Stage shared) : IClassFixture<RecordedAnswersTests.Stage>
{
    private readonly EmulatorStage _stage = shared.Emulator;

    [Fact] // token-client-credentials
    public Task Client_credentials() =>
        MatchesAsync(
            200,
            """{"token_type":"Bearer","expires_in":"{seconds}","ext_expires_in":"{seconds}","access_token":"{redacted-jwt}"}""",
            ("grant_type", "client_credentials"),
            ("client_id", _stage.AppId),
            ("client_secret", _stage.Secret),
            ("scope", $"api://{_stage.AppId}/.default")
        );

    [Fact] // token-claims-client-credentials: names of the claims, and the values that are the same for everybody
    public async Task The_claims_of_client_credentials()
    {
        var reply = await _stage.TokenAsync(
            null,
            null,
            ("grant_type", "client_credentials"),
            ("client_id", _stage.AppId),
            ("client_secret", _stage.Secret),
            ("scope", $"api://{_stage.AppId}/.default")
        );
        var token = (string)reply.Body["access_token"]!;
        var header = Jwt.Header(token);
        Assert.Equal("RS256", (string?)header["alg"]);
        Assert.Equal("JWT", (string?)header["typ"]);
        Assert.NotNull((string?)header["kid"]);
        Assert.Null(header["x5t"]);

        var claims = Jwt.Payload(token);
        Assert.Equal(
            ["aio", "aud", "azp", "azpacr", "exp", "iat", "iss", "nbf", "oid", "rh", "sub", "tid", "uti", "ver", "xms_ftd"],
            claims.Select(claim => claim.Key).Order(StringComparer.Ordinal)
        );
        Assert.Equal("2.0", (string?)claims["ver"]);
        Assert.Equal("{daemon-app-id}", Fold((string?)claims["aud"]));
        Assert.Equal("{tenant-id}", Fold((string?)claims["tid"]));
        Assert.Equal("https://login.microsoftonline.com/{tenant-id}/v2.0", Fold((string?)claims["iss"]));
    }

    [Fact] // token-error-invalid-client
    [Trait("Capability", "HEC-27")]
    public Task A_wrong_secret() =>
        MatchesAsync(
            401,
            """{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{daemon-app-id}'. Trace ID: {guid} Correlation ID: {guid} Timestamp: {timestamp}","error_codes":[7000215],"timestamp":"{timestamp}","trace_id":"{guid}","correlation_id":"{guid}","error_uri":"https://login.microsoftonline.com/error?code=7000215"}""",
            ("grant_type", "client_credentials"),
            ("client_id", _stage.AppId),
            ("client_secret", "wrong"),
            ("scope", $"api://{_stage.AppId}/.default")
        );

    [Fact] // token-error-invalid-scope
    public Task An_unknown_resource() =>
        MatchesAsync(
            400,
            """{"error":"invalid_resource","error_description":"AADSTS500011: The resource principal named api://not-a-registered-resource was not found in the tenant named {tenant-id}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant. Trace ID: {guid} Correlation ID: {guid} Timestamp: {timestamp}","error_codes":[500011],"timestamp":"{timestamp}","trace_id":"{guid}","correlation_id":"{guid}","error_uri":"https://login.microsoftonline.com/error?code=500011"}""",
            ("grant_type", "client_credentials"),
            ("client_id", _stage.AppId),
            ("client_secret", _stage.Secret),
            ("scope", "api://not-a-registered-resource/.default")
        );

    [Fact] // token-error-unknown-client
    public Task An_unknown_client() =>
        MatchesAsync(
            400,
            """{"error":"unauthorized_client","error_description":"AADSTS700038: {guid} is not a valid application identifier. Trace ID: {guid} Correlation ID: {guid} Timestamp: {timestamp}","error_codes":[700038],"timestamp":"{timestamp}","trace_id":"{guid}","correlation_id":"{guid}"}""",
            ("grant_type", "client_credentials"),
            ("client_id", "00000000-0000-0000-0000-000000000000"),
            ("client_secret", "any"),
            ("scope", "https://graph.microsoft.com/.default")
        );

    [Fact] // token-error-unsupported-grant-type
    public Task An_unknown_grant() =>
        MatchesAsync(
            400,
            """{"error":"unsupported_grant_type","error_description":"AADSTS70003: The app requested an unsupported grant type 'no_such_grant'. Trace ID: {guid} Correlation ID: {guid} Timestamp: {timestamp}","error_codes":[70003],"timestamp":"{timestamp}","trace_id":"{guid}","correlation_id":"{guid}"}""",
            ("grant_type", "no_such_grant"),
            ("client_id", _stage.AppId),
            ("client_secret", _stage.Secret)
        );

    /// <summary>What must be there, what its values are, and what must not be there, of the <c>common</c> document as checked on 2026-07-13.</summary>
    [Fact] // oidc-discovery
    public async Task The_discovery_document()
    {
        var document = await _stage.JsonAsync("/common/v2.0/.well-known/openid-configuration");
        string[] required =
        [
            .. "issuer authorization_endpoint token_endpoint jwks_uri userinfo_endpoint device_authorization_endpoint".Split(' '),
            .. "end_session_endpoint response_types_supported response_modes_supported subject_types_supported".Split(' '),
            .. "scopes_supported id_token_signing_alg_values_supported token_endpoint_auth_methods_supported".Split(' '),
            .. "claims_supported tenant_region_scope cloud_instance_name cloud_graph_host_name msgraph_host rbac_url".Split(' '),
            .. "http_logout_supported frontchannel_logout_supported request_uri_parameter_supported".Split(' '),
        ];
        Assert.Empty(required.Except(document.Select(member => member.Key)));
        Assert.Equal(["pairwise"], Values("subject_types_supported"));
        Assert.Contains("RS256", Values("id_token_signing_alg_values_supported"));
        Assert.Subset(Set("code", "id_token", "code id_token", "id_token token"), Values("response_types_supported"));
        Assert.Subset(Set("query", "fragment", "form_post"), Values("response_modes_supported"));
        Assert.Superset(Set("openid", "profile", "email", "offline_access"), Values("scopes_supported"));
        Assert.Superset(
            Set("client_secret_post", "client_secret_basic", "private_key_jwt"),
            Values("token_endpoint_auth_methods_supported")
        );
        Assert.Superset(Set("sub iss aud exp iat tid name preferred_username email nonce ver".Split(' ')), Values("claims_supported"));
        Assert.True((bool)document["http_logout_supported"]!);
        Assert.True((bool)document["frontchannel_logout_supported"]!);
        Assert.False((bool)document["request_uri_parameter_supported"]!);

        static HashSet<string> Set(params string[] values) => [.. values];

        HashSet<string> Values(string name) => [.. ((JsonArray)document[name]!).Select(value => (string)value!)];
    }

    private async Task MatchesAsync(int status, string recorded, params (string Name, string? Value)[] form)
    {
        var reply = await _stage.TokenAsync(null, null, form);
        foreach (var name in (string[])["expires_in", "ext_expires_in"])
        {
            if (reply.Body.ContainsKey(name))
                reply.Body[name] = reply.Body[name]!.GetValueKind() == System.Text.Json.JsonValueKind.Number ? "{seconds}" : "{no number}";
        }
        Assert.Equal(status, (int)reply.Status);
        Assert.Equal(Plain(recorded), Fold(Plain(reply.Body.ToJsonString())));
    }

    /// <summary>One spelling of the same text, whatever is escaped in it.</summary>
    private static string Plain(string json) =>
        JsonNode
            .Parse(json)!
            .ToJsonString(
                new System.Text.Json.JsonSerializerOptions
                {
                    Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                }
            );

    private string Fold(string? text)
    {
        var folded = (text ?? "")
            .Replace(_stage.Url, "https://login.microsoftonline.com", StringComparison.Ordinal)
            .Replace(_stage.AppId, "{daemon-app-id}", StringComparison.Ordinal)
            .Replace(_stage.TenantId, "{tenant-id}", StringComparison.Ordinal);
        return Ids().Replace(Times().Replace(Tokens().Replace(folded, "{redacted-jwt}"), "{timestamp}"), "{guid}");
    }

    [GeneratedRegex("eyJ[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+")]
    private static partial Regex Tokens();

    [GeneratedRegex("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ")]
    private static partial Regex Times();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Ids();

    /// <summary>One emulator for all answers: nothing is changed. The application is its own resource, with tokens of version 2.</summary>
    public sealed class Stage : IAsyncLifetime
    {
        internal EmulatorStage Emulator { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Emulator = await EmulatorStage.StartAsync();
            await Emulator.PatchAsync(
                $"/applications/{Emulator.AppId}",
                new { api = new { requestedAccessTokenVersion = 2 }, identifierUris = new[] { $"api://{Emulator.AppId}" } }
            );
        }

        public ValueTask DisposeAsync() => Emulator.DisposeAsync();
    }
}
