using System.Security.Cryptography;
using System.Text;
using Anteroom.Protocols.Jose;
using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Federation.Applications;

/// <summary>A relying party: a program that gets people signed in by us. Applications are first-party, so nobody is asked for consent (design.md §2).</summary>
/// <param name="Organization">Whose it is. The platform's serve every organization, others only their own.</param>
/// <param name="Audience">The <c>aud</c> of its access tokens, and the only <c>resource</c> it may ask for (RFC 8707).</param>
/// <param name="Version">Counts changes, for If-Match.</param>
public sealed record Application(
    ApplicationId Id,
    OrganizationId Organization,
    string ClientId,
    string Name,
    ClientKind Kind,
    ClientAuthentication Authentication,
    IReadOnlyList<string> RedirectUris,
    IReadOnlyList<string> PostLogoutRedirectUris,
    string Audience,
    SignatureAlgorithm SigningAlgorithm,
    ApplicationSettings Settings,
    DateTimeOffset? DisabledAt,
    long Version,
    DateTimeOffset CreatedAt,
    IReadOnlyList<ApplicationSecret> Secrets
)
{
    public ApplicationType Type => Kind == ClientKind.Native ? ApplicationType.Native : ApplicationType.Web;

    /// <summary>Whether people of that organization may use it.</summary>
    public bool Serves(OrganizationId organization) => Organization == OrganizationId.Platform || Organization == organization;

    /// <summary>The registered redirect URI that a request's matches: letter by letter, save the port of a native client's loopback address (SEC-090).</summary>
    public RedirectUri? FindRedirectUri(string? requested) =>
        Parse(RedirectUris, Type).FirstOrDefault(registered => registered.Matches(requested));

    /// <summary>Whether that address is registered for the way back after signing out (SEC-108).</summary>
    public bool AllowsPostLogoutRedirect(string requested) =>
        Parse(PostLogoutRedirectUris, Type).Any(registered => registered.Matches(requested));

    /// <summary>Web origins from which its own scripts may call us: a browser application's redirect URIs (SEC-011).</summary>
    public bool AllowsOrigin(string origin) =>
        Kind == ClientKind.Public && WebOrigins.Of(RedirectUris).Contains(origin, StringComparer.Ordinal);

    /// <summary>The channel on which its users must not be blocked (design.md §2).</summary>
    public string Channel => Kind == ClientKind.Native ? "native" : "web";

    private static IEnumerable<RedirectUri> Parse(IEnumerable<string> addresses, ApplicationType type) =>
        addresses.Select(text => RedirectUri.Register(text, type).TryGet(out var uri, out _) ? uri : null).OfType<RedirectUri>();
}

/// <summary>Where an application runs, and so whether it can keep a secret (RFC 6749 §2.1).</summary>
public enum ClientKind
{
    /// <summary>With a server of its own that keeps a secret.</summary>
    Confidential,

    /// <summary>In the browser alone.</summary>
    Public,

    /// <summary>Installed on a device (RFC 8252).</summary>
    Native,
}

/// <summary>The one way in which a client proves itself at the token endpoint (OIDC Core §9, SEC-096).</summary>
public enum ClientAuthentication
{
    /// <summary><c>none</c></summary>
    None,

    /// <summary><c>client_secret_basic</c></summary>
    ClientSecretBasic,

    /// <summary><c>client_secret_post</c></summary>
    ClientSecretPost,
}

/// <summary>What an application may do beyond signing people in.</summary>
/// <param name="GrantTypes">Of <c>authorization_code</c> and <c>refresh_token</c> (SEC-094); both by default.</param>
/// <param name="FrontChannelLogoutUri">Loaded in a frame when its user signs out (OIDC Front-Channel Logout §2).</param>
/// <param name="RefreshGraceSeconds">How long a rotated refresh token answers with the same successor again: 0 (never, the default) to 10 seconds (SEC-101).</param>
public sealed record ApplicationSettings(
    IReadOnlyList<string> GrantTypes,
    string? FrontChannelLogoutUri = null,
    int RefreshGraceSeconds = 0
)
{
    public static ApplicationSettings Default { get; } = new([GrantType.AuthorizationCode, GrantType.RefreshToken]);

    public bool Allows(string grantType) => GrantTypes.Contains(grantType, StringComparer.Ordinal);
}

/// <summary>The <c>grant_type</c> values that exist here (RFC 6749 §4.1.3, §6).</summary>
public static class GrantType
{
    public const string AuthorizationCode = "authorization_code";
    public const string RefreshToken = "refresh_token";
}

/// <summary>A client secret, of which we keep the SHA-256 (SEC-096).</summary>
public sealed record ApplicationSecret(
    Guid Id,
    byte[] Sha256,
    string Last4,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? RevokedAt,
    DateTimeOffset CreatedAt
)
{
    public bool IsActiveAt(DateTimeOffset now) => RevokedAt is null && ExpiresAt > now;

    /// <summary>Fixed time over the hash (SEC-288).</summary>
    public bool Matches(Secret presented) => CryptographicOperations.FixedTimeEquals(Sha256, HashOf(presented));

    public static byte[] HashOf(Secret secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret.Reveal()));
}
