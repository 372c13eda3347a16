using System.Text.Json;
using System.Text.Json.Serialization;
using Anteroom.Protocols.Jose;

namespace Anteroom.Server.Federation.Applications;

/// <summary>One row of <c>applications</c>.</summary>
internal sealed record ApplicationRow(
    Guid OrganizationId,
    Guid ApplicationId,
    string ClientId,
    string Name,
    string ClientKind,
    string ClientAuthentication,
    string[] RedirectUris,
    string[] PostLogoutRedirectUris,
    string Audience,
    string SigningAlgorithm,
    string Settings,
    DateTimeOffset? DisabledAt,
    long Version,
    DateTimeOffset CreatedAt
)
{
    public const string Columns = """
        organization_id, application_id, client_id, name, client_kind, client_authentication, redirect_uris, post_logout_redirect_uris,
        audience, signing_algorithm, settings::text AS settings, disabled_at, version, created_at
        """;

    public Application ToApplication(IReadOnlyList<ApplicationSecret> secrets) =>
        new(
            new(ApplicationId),
            new(OrganizationId),
            ClientId,
            Name,
            ApplicationSpelling.ClientKindOf(ClientKind) ?? throw Unknown(ClientKind),
            ApplicationSpelling.ClientAuthenticationOf(ClientAuthentication) ?? throw Unknown(ClientAuthentication),
            RedirectUris,
            PostLogoutRedirectUris,
            Audience,
            SignatureAlgorithm.TryParse(SigningAlgorithm, out var algorithm) ? algorithm : throw Unknown(SigningAlgorithm),
            JsonSerializer.Deserialize(Settings, ApplicationJson.Default.ApplicationSettings) ?? ApplicationSettings.Default,
            DisabledAt,
            Version,
            CreatedAt,
            secrets
        );

    private static InvalidOperationException Unknown(string value) =>
        new($"An application's row holds '{value}', which has no meaning here.");
}

/// <summary>One row of <c>application_secrets</c>.</summary>
internal sealed record ApplicationSecretRow(
    Guid SecretId,
    Guid ApplicationId,
    byte[] Sha256,
    string Last4,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? RevokedAt,
    DateTimeOffset CreatedAt
)
{
    public const string Columns = "secret_id, application_id, sha256, last4, expires_at, revoked_at, created_at";

    public ApplicationSecret ToSecret() => new(SecretId, Sha256, Last4, ExpiresAt, RevokedAt, CreatedAt);
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(ApplicationSettings))]
internal sealed partial class ApplicationJson : JsonSerializerContext;
