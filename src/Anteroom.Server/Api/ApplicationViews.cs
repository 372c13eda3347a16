using System.Text.Json;
using System.Text.Json.Serialization;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation.Applications;

namespace Anteroom.Server.Api;

internal sealed record ApplicationBody(
    string Name,
    string Protocol,
    string ClientKind,
    IReadOnlyList<string>? RedirectUris = null,
    IReadOnlyList<string>? PostLogoutRedirectUris = null,
    string? ClientAuthentication = null,
    string? Audience = null,
    string? SigningAlgorithm = null,
    IReadOnlyList<string>? GrantTypes = null,
    string? FrontChannelLogoutUri = null,
    string? BackChannelLogoutUri = null,
    int? RefreshGraceSeconds = null,
    IReadOnlyList<string>? Scopes = null,
    IReadOnlyList<string>? Resources = null,
    JsonElement? Jwks = null,
    string? JwksUri = null,
    string? SubjectType = null,
    string? SectorIdentifier = null,
    bool? RequirePushedAuthorizationRequests = null,
    int? AccessTokenSeconds = null,
    int? IdTokenSeconds = null,
    int? RefreshTokenIdleSeconds = null,
    int? RefreshTokenAbsoluteSeconds = null
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
            BackChannelLogoutUri = BackChannelLogoutUri,
            RefreshGraceSeconds = RefreshGraceSeconds,
            Scopes = Scopes,
            Resources = Resources,
            Jwks = Jwks?.GetRawText(),
            JwksUri = JwksUri,
            SubjectType = SubjectType,
            SectorIdentifier = SectorIdentifier,
            RequirePushedAuthorizationRequests = RequirePushedAuthorizationRequests,
            AccessTokenSeconds = AccessTokenSeconds,
            IdTokenSeconds = IdTokenSeconds,
            RefreshTokenIdleSeconds = RefreshTokenIdleSeconds,
            RefreshTokenAbsoluteSeconds = RefreshTokenAbsoluteSeconds,
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
    public Patched<string> BackChannelLogoutUri { get; init; }
    public Patched<int?> RefreshGraceSeconds { get; init; }
    public Patched<IReadOnlyList<string>> Scopes { get; init; }
    public Patched<IReadOnlyList<string>> Resources { get; init; }
    public Patched<JsonElement?> Jwks { get; init; }
    public Patched<string> JwksUri { get; init; }
    public Patched<string> SubjectType { get; init; }
    public Patched<string> SectorIdentifier { get; init; }
    public Patched<bool?> RequirePushedAuthorizationRequests { get; init; }
    public Patched<int?> AccessTokenSeconds { get; init; }
    public Patched<int?> IdTokenSeconds { get; init; }
    public Patched<int?> RefreshTokenIdleSeconds { get; init; }
    public Patched<int?> RefreshTokenAbsoluteSeconds { get; init; }

    /// <summary>Null takes a value away (RFC 7396); for lists that is the empty list, for lives the default, for the rest the registry says what is possible.</summary>
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
            BackChannelLogoutUri = BackChannelLogoutUri.IsPresent ? BackChannelLogoutUri.Value ?? "" : null,
            RefreshGraceSeconds = OrNone(RefreshGraceSeconds),
            Scopes = Scopes.IsPresent ? Scopes.Value ?? [] : null,
            Resources = Resources.IsPresent ? Resources.Value ?? [] : null,
            Jwks = Jwks.IsPresent ? Jwks.Value?.GetRawText() ?? "" : null,
            JwksUri = JwksUri.IsPresent ? JwksUri.Value ?? "" : null,
            SubjectType = SubjectType.IsPresent ? SubjectType.Value ?? "public" : null,
            SectorIdentifier = SectorIdentifier.IsPresent ? SectorIdentifier.Value ?? "" : null,
            RequirePushedAuthorizationRequests = RequirePushedAuthorizationRequests.IsPresent
                ? RequirePushedAuthorizationRequests.Value ?? false
                : null,
            AccessTokenSeconds = OrNone(AccessTokenSeconds),
            IdTokenSeconds = OrNone(IdTokenSeconds),
            RefreshTokenIdleSeconds = OrNone(RefreshTokenIdleSeconds),
            RefreshTokenAbsoluteSeconds = OrNone(RefreshTokenAbsoluteSeconds),
        };

    private static int? OrNone(Patched<int?> seconds) => seconds.IsPresent ? seconds.Value ?? 0 : null;
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
    string? BackChannelLogoutUri,
    int RefreshGraceSeconds,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<string> Resources,
    JsonElement? Jwks,
    string? JwksUri,
    string SubjectType,
    string? SectorIdentifier,
    bool RequirePushedAuthorizationRequests,
    int AccessTokenSeconds,
    int IdTokenSeconds,
    int RefreshTokenIdleSeconds,
    int RefreshTokenAbsoluteSeconds,
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
            application.Settings.BackChannelLogoutUri,
            application.Settings.RefreshGraceSeconds,
            application.Settings.Scopes,
            application.Settings.Resources,
            application.Settings.Jwks is { } keys ? JsonElement.Parse(keys) : null,
            application.Settings.JwksUri,
            application.Settings.SubjectType.Spell(),
            application.Settings.SubjectType == Federation.Applications.SubjectType.Pairwise
                ? Sectors.Of(application.RedirectUris, application.Settings)
                : application.Settings.SectorIdentifier,
            application.Settings.RequirePushedAuthorizationRequests,
            (int)application.Lifetimes.AccessToken.TotalSeconds,
            (int)application.Lifetimes.IdToken.TotalSeconds,
            (int)application.Lifetimes.RefreshIdle.TotalSeconds,
            (int)application.Lifetimes.RefreshAbsolute.TotalSeconds,
            application.DisabledAt is null ? "active" : "disabled",
            [.. application.Secrets.Select(known => ApplicationSecretView.Of(known))],
            application.Version,
            application.CreatedAt,
            secret?.Reveal()
        );
}
