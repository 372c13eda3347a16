using System.Text.Json.Serialization;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation.Applications;

namespace Anteroom.Server.Api;

internal sealed record ApplicationBody(
    string Name,
    string Protocol,
    IReadOnlyList<string> RedirectUris,
    string ClientKind,
    IReadOnlyList<string>? PostLogoutRedirectUris = null,
    string? ClientAuthentication = null,
    string? Audience = null,
    string? SigningAlgorithm = null,
    IReadOnlyList<string>? GrantTypes = null,
    string? FrontChannelLogoutUri = null,
    int? RefreshGraceSeconds = null
)
{
    public ApplicationDraft ToDraft() =>
        new()
        {
            Name = Name,
            Protocol = Protocol,
            ClientKind = ClientKind,
            ClientAuthentication = ClientAuthentication,
            RedirectUris = RedirectUris,
            PostLogoutRedirectUris = PostLogoutRedirectUris,
            Audience = Audience,
            SigningAlgorithm = SigningAlgorithm,
            GrantTypes = GrantTypes,
            FrontChannelLogoutUri = FrontChannelLogoutUri,
            RefreshGraceSeconds = RefreshGraceSeconds,
        };
}

internal sealed record PatchApplicationBody
{
    public Patched<string> Name { get; init; }
    public Patched<string> ClientAuthentication { get; init; }
    public Patched<IReadOnlyList<string>> RedirectUris { get; init; }
    public Patched<IReadOnlyList<string>> PostLogoutRedirectUris { get; init; }
    public Patched<string> Audience { get; init; }
    public Patched<string> SigningAlgorithm { get; init; }
    public Patched<IReadOnlyList<string>> GrantTypes { get; init; }
    public Patched<string> FrontChannelLogoutUri { get; init; }
    public Patched<int?> RefreshGraceSeconds { get; init; }

    /// <summary>Null takes a value away (RFC 7396); for addresses that is the empty list, for the rest the registry says what is possible.</summary>
    public ApplicationDraft ToDraft() =>
        new()
        {
            Name = Name.IsPresent ? Name.Value ?? "" : null,
            ClientAuthentication = ClientAuthentication.Value,
            RedirectUris = RedirectUris.IsPresent ? RedirectUris.Value ?? [] : null,
            PostLogoutRedirectUris = PostLogoutRedirectUris.IsPresent ? PostLogoutRedirectUris.Value ?? [] : null,
            Audience = Audience.Value,
            SigningAlgorithm = SigningAlgorithm.Value,
            GrantTypes = GrantTypes.Value,
            FrontChannelLogoutUri = FrontChannelLogoutUri.IsPresent ? FrontChannelLogoutUri.Value ?? "" : null,
            RefreshGraceSeconds = RefreshGraceSeconds.IsPresent ? RefreshGraceSeconds.Value ?? 0 : null,
        };
}

internal sealed record ApplicationSecretBody(DateTimeOffset? ExpiresAt = null);

internal sealed record ApplicationSecretView(
    string Id,
    string Last4,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? RevokedAt,
    DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ClientSecret = null
)
{
    public static ApplicationSecretView Of(ApplicationSecret secret, Secret? value = null) =>
        new(
            Identifiers.Format(ApplicationEndpoints.SecretIdPrefix, secret.Id),
            secret.Last4,
            secret.ExpiresAt,
            secret.RevokedAt,
            secret.CreatedAt,
            value?.Reveal()
        );
}

internal sealed record ApplicationView(
    string Id,
    string ClientId,
    string Name,
    string Protocol,
    string ClientKind,
    string ClientAuthentication,
    IReadOnlyList<string> RedirectUris,
    IReadOnlyList<string> PostLogoutRedirectUris,
    string Audience,
    string SigningAlgorithm,
    IReadOnlyList<string> GrantTypes,
    string? FrontChannelLogoutUri,
    int RefreshGraceSeconds,
    string State,
    IReadOnlyList<ApplicationSecretView> Secrets,
    long Version,
    DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ClientSecret = null
)
{
    public static ApplicationView Of(Application application, Secret? secret = null) =>
        new(
            application.Id.ToString(),
            application.ClientId,
            application.Name,
            "oidc",
            application.Kind.Spell(),
            application.Authentication.Spell(),
            application.RedirectUris,
            application.PostLogoutRedirectUris,
            application.Audience,
            application.SigningAlgorithm.ToString(),
            application.Settings.GrantTypes,
            application.Settings.FrontChannelLogoutUri,
            application.Settings.RefreshGraceSeconds,
            application.DisabledAt is null ? "active" : "disabled",
            [.. application.Secrets.Select(known => ApplicationSecretView.Of(known))],
            application.Version,
            application.CreatedAt,
            secret?.Reveal()
        );
}
