using Anteroom.Protocols.Jose;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.Federation.Oidc.Clients;

/// <summary>What a client assertion must say (RFC 7523 §3 as draft-ietf-oauth-rfc7523bis narrows it, OIDC Core §9, SEC-097). Pure: no key, no database, no clock.</summary>
internal static class ClientAssertionRules
{
    private const int MaxJwtIdLength = 256;

    private const string PlainType = "JWT";
    private const string OwnType = "client-authentication+jwt";

    private static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(5);

    /// <summary>By how much the client's clock may be ahead of ours.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(10);

    /// <summary>Whether the header, if it says what kind of token it is, says this one.</summary>
    public static bool AllowType(JoseHeader header) => header.Typ is null || header.HasType(PlainType) || header.HasType(OwnType);

    /// <summary>What may be used once, or why the assertion proves nothing, for the log.</summary>
    public static Result<AssertedOnce, string> Read(JsonMembers claims, string clientId, string ourIssuer, DateTimeOffset now)
    {
        if (
            !claims.TryGetString("iss", out var issuer)
            || issuer != clientId
            || !claims.TryGetString("sub", out var subject)
            || subject != clientId
        )
            return "iss and sub are not the client_id";
        // Our issuer alone: an assertion for somebody else too could be carried here by them (CVE-2025-27370).
        if (!claims.TryGetString("aud", out var audience) || audience != ourIssuer)
            return "aud is not our issuer as one string";
        if (!claims.TryGetNumericDate("exp", out var exp) || exp is not { } expires)
            return "exp is missing or malformed";
        if (expires <= now)
            return "expired";
        if (expires > now + LongestLife)
            return "exp is too far ahead";
        if (!claims.TryGetNumericDate("nbf", out var notBefore) || notBefore > now + Ahead)
            return "nbf is ahead of time or malformed";
        if (!claims.TryGetNumericDate("iat", out var issuedAt) || issuedAt > now + Ahead)
            return "iat is ahead of time or malformed";
        if (!claims.TryGetString("jti", out var id) || id is not { Length: > 0 and <= MaxJwtIdLength })
            return "jti is missing or too long";
        return new AssertedOnce(id, expires);
    }
}

/// <summary>What makes an assertion one of its kind: its <c>jti</c>, which counts once until it expires.</summary>
internal sealed record AssertedOnce(string JwtId, DateTimeOffset ExpiresAt);
