using System.Security.Cryptography;
using System.Text;
using Anteroom.Entra.Providers;
using Anteroom.Protocols.Jose;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Entra.IdTokens;

/// <summary>Decides whether an id_token may be believed (OIDC Core §3.1.3.7; SEC-060 to SEC-064). Pure: same token, keys, expectations and time, same answer.</summary>
public static class IdTokenValidation
{
    /// <summary>What the clocks of two machines may differ.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    /// <summary>How old a token may be when we see it.</summary>
    public static readonly TimeSpan MaxTokenAge = TimeSpan.FromMinutes(10);

    /// <summary>By how much Entra dates <c>iat</c> and <c>nbf</c> back.</summary>
    public static readonly TimeSpan EntraBackDating = TimeSpan.FromMinutes(5);

    private const int MaxSubjectLength = 255; // OIDC Core §2

    /// <summary>Claims that decide. A second one in another letter case could be read by somebody else as the first.</summary>
    private static readonly string[] Decisive =
    [
        "iss",
        "sub",
        "aud",
        "azp",
        "exp",
        "iat",
        "nbf",
        "nonce",
        "tid",
        "oid",
        "ver",
        "acct",
        "idp",
        "upn",
    ];

    public static Result<ValidatedIdToken, IdTokenRefusal> Validate(
        string token,
        ProviderKeys keys,
        IdTokenExpectations expected,
        DateTimeOffset now
    )
    {
        // Step 1 (decryption) is not taken: we register no encryption key, and a JWE does not parse.
        if (!JsonWebToken.Parse(token).TryGet(out var parsed, out var malformed))
            return IdTokenRefusal.From(malformed);

        // Steps 6 to 8 come first: nothing unsigned is read. The channel's TLS never replaces the signature.
        if (!Verify(parsed, keys).TryGet(out var verified, out var refusal))
            return refusal;

        var claims = verified.Claims;
        if (DuplicateInOtherCase(claims) is { } twice)
            return IdTokenRefusal.MalformedClaim(twice);
        if (!ReadIdentity(claims, expected).TryGet(out var who, out refusal)) // step 2
            return refusal;
        return KeyIssuer(verified.Key, who)
            ?? Audience(claims, expected) // steps 3 to 5
            ?? Times(claims, expected, now, out var issuedAt, out var expiresAt) // steps 9, 10, 13
            ?? Nonce(claims, expected) // step 11
            ?? Hashes(claims, expected)
            ?? IdTokenClaims.Read(who.Identity, claims, who.Issuer, who.Subject, issuedAt, expiresAt);
        // Step 12 (acr) is the caller's: which contexts are enough is policy, not validity.
    }

    private sealed record Who(UpstreamIdentity Identity, string Issuer, string Subject);

    private static Result<VerifiedJsonWebToken, IdTokenRefusal> Verify(UnverifiedJsonWebToken parsed, ProviderKeys keys)
    {
        var candidates = keys.Find(parsed.Header.Kid, parsed.Header.Algorithm);
        if (candidates.Count == 0)
            return keys.Knows(parsed.Header.Kid) ? IdTokenRefusal.Algorithm : IdTokenRefusal.UnknownKey;
        foreach (var key in candidates)
            if (parsed.Verify(key).TryGet(out var verified, out _))
                return verified;
        return IdTokenRefusal.Signature;
    }

    private static string? DuplicateInOtherCase(JsonMembers claims)
    {
        foreach (var member in claims.Element.EnumerateObject())
        foreach (var name in Decisive)
            if (member.Name != name && member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return name;
        return null;
    }

    private static Result<Who, IdTokenRefusal> ReadIdentity(JsonMembers claims, IdTokenExpectations expected)
    {
        if (!TryRequire(claims, "iss", out var issuer, out var refusal) || !TryRequire(claims, "sub", out var subject, out refusal))
            return refusal;
        if (subject.Length > MaxSubjectLength)
            return IdTokenRefusal.MalformedClaim("sub");
        return expected switch
        {
            OidcExpectations oidc => issuer == oidc.Issuer
                ? new Who(new OidcIdentity(issuer, subject), issuer, subject)
                : IdTokenRefusal.Issuer,
            EntraExpectations entra => ReadEntraIdentity(claims, entra, issuer, subject),
            _ => throw new InvalidOperationException($"Unknown expectations {expected.GetType()}."),
        };
    }

    private static Result<Who, IdTokenRefusal> ReadEntraIdentity(
        JsonMembers claims,
        EntraExpectations expected,
        string issuer,
        string subject
    )
    {
        if (!TryRequire(claims, "ver", out var version, out var refusal))
            return refusal;
        if (version != "2.0")
            return IdTokenRefusal.Version;
        if (!TryRequireGuid(claims, "tid", out var tenantId, out refusal) || !TryRequireGuid(claims, "oid", out var objectId, out refusal))
            return refusal;
        if (issuer != expected.Cloud.IssuerOf(tenantId))
            return IdTokenRefusal.Issuer;
        if (expected.Tenants?.Contains(tenantId) == false)
            return IdTokenRefusal.Tenant;
        return new Who(new EntraIdentity(expected.Cloud.Key, tenantId, objectId), issuer, subject);
    }

    private static IdTokenRefusal? KeyIssuer(VerificationKey key, Who who)
    {
        if (key.JsonWebKey.Issuer is not { } published)
            return null;
        var issuer = who.Identity is EntraIdentity entra ? Cloud.Substitute(published, entra.TenantId) : published;
        return issuer == who.Issuer ? null : IdTokenRefusal.KeyIssuer;
    }

    private static IdTokenRefusal? Audience(JsonMembers claims, IdTokenExpectations expected)
    {
        if (!claims.TryGetStrings("aud", out var audiences))
            return IdTokenRefusal.MalformedClaim("aud");
        if (!claims.TryGetString("azp", out var authorizedParty))
            return IdTokenRefusal.MalformedClaim("azp");
        if (audiences is null)
            return IdTokenRefusal.MissingClaim("aud");
        if (!audiences.Contains(expected.ClientId))
            return IdTokenRefusal.Audience;
        var isOurs = authorizedParty is null ? audiences.Count == 1 : authorizedParty == expected.ClientId;
        return isOurs ? null : IdTokenRefusal.AuthorizedParty;
    }

    private static IdTokenRefusal? Times(
        JsonMembers claims,
        IdTokenExpectations expected,
        DateTimeOffset now,
        out DateTimeOffset issuedAt,
        out DateTimeOffset expiresAt
    )
    {
        (issuedAt, expiresAt) = (default, default);
        if (!TryRequireTime(claims, "exp", out expiresAt, out var refusal) || !TryRequireTime(claims, "iat", out issuedAt, out refusal))
            return refusal;
        if (!claims.TryGetNumericDate("nbf", out var notBefore))
            return IdTokenRefusal.MalformedClaim("nbf");

        if (now - Skew >= expiresAt) // not expiresAt + Skew, which would leave the calendar at the end of the year 9999
            return IdTokenRefusal.Expired;
        if (notBefore is { } start && now < start - Skew)
            return IdTokenRefusal.NotYetValid;
        if (now < issuedAt - Skew)
            return IdTokenRefusal.IssuedInFuture;
        var backDating = expected is EntraExpectations ? EntraBackDating : TimeSpan.Zero;
        if (now - issuedAt > MaxTokenAge + backDating + Skew)
            return IdTokenRefusal.TooOld;

        if (expected.MaxAge is not { } maxAge)
            return null;
        if (!TryRequireTime(claims, "auth_time", out var authenticatedAt, out refusal))
            return refusal;
        return now - authenticatedAt > maxAge + Skew ? IdTokenRefusal.AuthenticationTooOld : null;
    }

    private static IdTokenRefusal? Nonce(JsonMembers claims, IdTokenExpectations expected)
    {
        if (!TryRequire(claims, "nonce", out var nonce, out var refusal))
            return refusal;
        return new Secret(nonce).Matches(new Secret(expected.Nonce)) ? null : IdTokenRefusal.Nonce;
    }

    private static IdTokenRefusal? Hashes(JsonMembers claims, IdTokenExpectations expected)
    {
        if (!claims.TryGetString("at_hash", out var accessTokenHash))
            return IdTokenRefusal.MalformedClaim("at_hash");
        if (!claims.TryGetString("c_hash", out var codeHash))
            return IdTokenRefusal.MalformedClaim("c_hash");
        if (expected.AccessToken is { } accessToken && accessTokenHash is not null && accessTokenHash != HalfHash(accessToken.Reveal()))
            return IdTokenRefusal.AccessTokenHash;
        if (expected.FrontChannelCode is { } code && codeHash != HalfHash(code))
            return codeHash is null ? IdTokenRefusal.MissingClaim("c_hash") : IdTokenRefusal.CodeHash;
        return null;
    }

    /// <summary>The left half of SHA-256 (every algorithm we accept uses it), OIDC Core §3.1.3.6.</summary>
    private static string HalfHash(string text) => Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(text)).AsSpan(0, 16));

    private static bool TryRequire(JsonMembers claims, string name, out string value, out IdTokenRefusal refusal)
    {
        var rightType = claims.TryGetString(name, out var text);
        value = text ?? "";
        refusal = rightType ? IdTokenRefusal.MissingClaim(name) : IdTokenRefusal.MalformedClaim(name);
        return value.Length > 0;
    }

    private static bool TryRequireGuid(JsonMembers claims, string name, out Guid value, out IdTokenRefusal refusal)
    {
        value = default;
        if (!TryRequire(claims, name, out var text, out refusal))
            return false;
        refusal = IdTokenRefusal.MalformedClaim(name);
        return Guid.TryParseExact(text, "D", out value) && value != Guid.Empty;
    }

    private static bool TryRequireTime(JsonMembers claims, string name, out DateTimeOffset value, out IdTokenRefusal refusal)
    {
        var rightType = claims.TryGetNumericDate(name, out var time);
        value = time ?? default;
        refusal = rightType ? IdTokenRefusal.MissingClaim(name) : IdTokenRefusal.MalformedClaim(name);
        return time is not null;
    }
}
