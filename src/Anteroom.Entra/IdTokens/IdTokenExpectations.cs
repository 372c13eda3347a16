using Anteroom.Entra.Providers;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Entra.IdTokens;

/// <summary>What our own transaction says the token must be. Nothing of it comes from the token or the browser.</summary>
public abstract record IdTokenExpectations(string ClientId, string Nonce)
{
    /// <summary>How long ago the person may have proven themselves; null where nothing was asked for.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>The access token that came with it, for <c>at_hash</c> where the token has one (OIDC Core §3.1.3.8).</summary>
    public Secret? AccessToken { get; init; }

    /// <summary>The code that came with it through the browser; then <c>c_hash</c> must be there and fit (OIDC Core §3.3.2.11).</summary>
    public string? FrontChannelCode { get; init; }
}

/// <summary>A token of Entra, of one of these tenants. The consumer tenant is one like the others: refused unless listed (SEC-061).</summary>
/// <remarks>Tenants is null only where the caller asks which tenant it is, and decides then what that is worth.</remarks>
public sealed record EntraExpectations(Cloud Cloud, IReadOnlyCollection<Guid>? Tenants, string ClientId, string Nonce)
    : IdTokenExpectations(ClientId, Nonce);

/// <summary>A token of exactly this issuer.</summary>
public sealed record OidcExpectations(string Issuer, string ClientId, string Nonce) : IdTokenExpectations(ClientId, Nonce);
