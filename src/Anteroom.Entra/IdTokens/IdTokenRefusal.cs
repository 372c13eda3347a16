using Anteroom.Protocols.Jose;

namespace Anteroom.Entra.IdTokens;

/// <summary>Why an id_token was refused: one code per rule (SEC-061, SEC-062, SEC-064) and the claim that broke it, never the claim's value.</summary>
public sealed record IdTokenRefusal
{
    private IdTokenRefusal(string code, string? claim = null) => (Code, Claim) = (code, claim);

    public string Code { get; }

    public string? Claim { get; }

    /// <summary>Not a signed JWT, larger than 16 KB, or JSON that can be read in two ways.</summary>
    public static IdTokenRefusal Malformed { get; } = new("id_token_malformed");

    /// <summary>An algorithm that we do not accept, or not the key's own; or a header extension.</summary>
    public static IdTokenRefusal Algorithm { get; } = new("id_token_algorithm");

    /// <summary>No key of the provider has this <c>kid</c>. Worth one look at fresh keys.</summary>
    public static IdTokenRefusal UnknownKey { get; } = new("id_token_unknown_key");

    public static IdTokenRefusal Signature { get; } = new("id_token_signature");

    /// <summary>The key was published for another issuer (SEC-062).</summary>
    public static IdTokenRefusal KeyIssuer { get; } = new("id_token_key_issuer");

    public static IdTokenRefusal Issuer { get; } = new("id_token_issuer", "iss");

    public static IdTokenRefusal Audience { get; } = new("id_token_audience", "aud");

    public static IdTokenRefusal AuthorizedParty { get; } = new("id_token_authorized_party", "azp");

    public static IdTokenRefusal Expired { get; } = new("id_token_expired", "exp");

    public static IdTokenRefusal NotYetValid { get; } = new("id_token_not_yet_valid", "nbf");

    public static IdTokenRefusal IssuedInFuture { get; } = new("id_token_issued_in_future", "iat");

    public static IdTokenRefusal TooOld { get; } = new("id_token_too_old", "iat");

    public static IdTokenRefusal Nonce { get; } = new("id_token_nonce", "nonce");

    /// <summary>The person proved themselves longer ago than was asked for.</summary>
    public static IdTokenRefusal AuthenticationTooOld { get; } = new("id_token_auth_time", "auth_time");

    /// <summary>A v1 token, whose claims mean other things.</summary>
    public static IdTokenRefusal Version { get; } = new("id_token_version", "ver");

    /// <summary>A tenant that this connection is not for.</summary>
    public static IdTokenRefusal Tenant { get; } = new("id_token_tenant", "tid");

    public static IdTokenRefusal AccessTokenHash { get; } = new("id_token_at_hash", "at_hash");

    public static IdTokenRefusal CodeHash { get; } = new("id_token_c_hash", "c_hash");

    /// <summary>The token of the browser and the token of the token endpoint are not about the same person.</summary>
    public static IdTokenRefusal Pair(string claim) => new("id_token_pair", claim);

    public static IdTokenRefusal MissingClaim(string claim) => new("id_token_missing_claim", claim);

    /// <summary>A claim with another JSON type than its definition, or the same claim again in another letter case.</summary>
    public static IdTokenRefusal MalformedClaim(string claim) => new("id_token_malformed_claim", claim);

    /// <summary>For a token that could not be taken apart; whether its signature holds was not asked yet.</summary>
    internal static IdTokenRefusal From(JoseError malformed) =>
        malformed.Code is "unsupported_algorithm" or "critical_header" or "unencoded_payload" ? Algorithm : Malformed;
}
