using System.Security.Cryptography;
using System.Text;
using Anteroom.Protocols.Jose;
using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Federation.Applications;

/// <summary>A relying party: a program that gets people signed in by us. Applications are first-party, so nobody is asked for consent (design.md §2).</summary>
/// <param name="Organization">Whose it is. The platform's serve every organization, others only their own.</param>
/// <param name="Audience">The <c>aud</c> of its access tokens where it asks for no other <c>resource</c> (RFC 8707), and the name by which it is an API itself.</param>
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

    /// <summary>Whether it may have access tokens made for that API: its own audience, or one of its further resources (RFC 8707 §2).</summary>
    public bool MayAskFor(string resource) => resource == Audience || Settings.Resources.Contains(resource, StringComparer.Ordinal);

    /// <summary>How long what it is given lives.</summary>
    public TokenLifetimes Lifetimes => TokenLifetimes.Of(Settings);

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

    /// <summary><c>private_key_jwt</c> (SEC-097)</summary>
    PrivateKeyJwt,
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
