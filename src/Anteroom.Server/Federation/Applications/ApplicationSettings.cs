namespace Anteroom.Server.Federation.Applications;

/// <summary>What an application may do beyond signing people in, as it is stored.</summary>
/// <param name="GrantTypes">Those of <see cref="GrantType"/> that it uses (SEC-094); code and refresh by default.</param>
/// <param name="FrontChannelLogoutUri">Loaded in a frame when its user signs out (OIDC Front-Channel Logout §2).</param>
/// <param name="RefreshGraceSeconds">How long a rotated refresh token answers with the same successor again: 0 (never, the default) to 10 seconds (SEC-101).</param>
public sealed record ApplicationSettings(
    IReadOnlyList<string> GrantTypes,
    string? FrontChannelLogoutUri = null,
    int RefreshGraceSeconds = 0
)
{
    public static ApplicationSettings Default { get; } = new([GrantType.AuthorizationCode, GrantType.RefreshToken]);

    /// <summary>Told by a signed message of ours when a session of its user ends (OIDC Back-Channel Logout §2.2); null where it does not want to know.</summary>
    public string? BackChannelLogoutUri { get; init; }

    /// <summary>Scopes of APIs that it may ask for, besides those of OpenID Connect (SEC-102).</summary>
    public IReadOnlyList<string> Scopes
    {
        get;
        init => field = value ?? []; // a row from before the member had a meaning
    } = [];

    /// <summary>APIs that it may have access tokens made for, besides its own audience (RFC 8707).</summary>
    public IReadOnlyList<string> Resources
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>The public keys by which it proves itself, as a JWK set (RFC 7517 §5); null where it has none.</summary>
    public string? Jwks { get; init; }

    /// <summary>Where it publishes those keys instead (RFC 7591 §2); null where it does not.</summary>
    public string? JwksUri { get; init; }

    /// <summary>Whether its users have a <c>sub</c> of their own there (OIDC Core §8.1).</summary>
    public SubjectType SubjectType { get; init; }

    /// <summary>The host that stands for its sector (OIDC Core §8.1); null where its redirect URIs have one host, which then does.</summary>
    public string? SectorIdentifier { get; init; }

    /// <summary>Whether it must push its authorization requests (RFC 9126 §6).</summary>
    public bool RequirePushedAuthorizationRequests { get; init; }

    /// <summary>Null is the default of <see cref="TokenLifetimes"/>, as for the others below.</summary>
    public int? AccessTokenSeconds { get; init; }

    public int? IdTokenSeconds { get; init; }
    public int? RefreshTokenIdleSeconds { get; init; }
    public int? RefreshTokenAbsoluteSeconds { get; init; }

    public bool Allows(string grantType) => GrantTypes.Contains(grantType, StringComparer.Ordinal);
}

/// <summary>Whether all applications know a person by the same <c>sub</c> (OIDC Core §8).</summary>
public enum SubjectType
{
    /// <summary>The same for all.</summary>
    Public,

    /// <summary>Another for each sector, so that applications cannot compare whom they know.</summary>
    Pairwise,
}

/// <summary>The <c>grant_type</c> values that exist here (RFC 6749 §4.1.3, §4.4.2, §6; RFC 8628 §3.4).</summary>
public static class GrantType
{
    public const string AuthorizationCode = "authorization_code";
    public const string RefreshToken = "refresh_token";
    public const string ClientCredentials = "client_credentials";

    public const string DeviceCode = "urn:ietf:params:oauth:grant-type:device_code";

    public static IReadOnlyList<string> All { get; } = [AuthorizationCode, RefreshToken, ClientCredentials, DeviceCode];

    /// <summary>Those at whose end a person has signed in.</summary>
    public static IReadOnlyList<string> OfPeople { get; } = [AuthorizationCode, DeviceCode];
}
