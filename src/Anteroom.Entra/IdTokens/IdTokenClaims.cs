using System.Text.Json;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Entra.IdTokens;

/// <summary>Reads the claims that describe the person, after the token itself was accepted.</summary>
/// <remarks>Labels of the wrong JSON type are left out. Claims that decide something (guest or member, groups, strength of the sign-in) are refused instead:
/// left out, they would be read as the harmless case.</remarks>
internal static class IdTokenClaims
{
    private const int LongestLabel = 1024;

    public static Result<ValidatedIdToken, IdTokenRefusal> Read(
        UpstreamIdentity identity,
        JsonMembers claims,
        string issuer,
        string subject,
        DateTimeOffset issuedAt,
        DateTimeOffset expiresAt
    )
    {
        if (!claims.TryGetNumericDate("auth_time", out var authenticatedAt))
            return IdTokenRefusal.MalformedClaim("auth_time");
        if (!claims.TryGetStrings("amr", out var methods))
            return IdTokenRefusal.MalformedClaim("amr");

        var token = new ValidatedIdToken(identity, claims)
        {
            Issuer = issuer,
            Subject = subject,
            IssuedAt = issuedAt,
            ExpiresAt = expiresAt,
            PreferredUserName = Label(claims, "preferred_username"),
            Email = Label(claims, "email"),
            EmailVerified = claims.TryGetBoolean("email_verified", out var verified) ? verified : null,
            Name = Label(claims, "name"),
            GivenName = Label(claims, "given_name"),
            FamilyName = Label(claims, "family_name"),
            SessionId = Label(claims, "sid"),
            AuthenticatedAt = authenticatedAt,
            AuthenticationMethods = methods ?? [],
            AuthenticationContext = Label(claims, "acr"),
            Groups = new TokenGroups.NotSent(),
        };
        return identity is EntraIdentity ? WithEntraClaims(token, claims) : WithListedGroups(token, claims);
    }

    private static Result<ValidatedIdToken, IdTokenRefusal> WithEntraClaims(ValidatedIdToken token, JsonMembers claims)
    {
        if (!TryReadGuest(claims, out var isGuest))
            return IdTokenRefusal.MalformedClaim("acct");
        if (!claims.TryGetString("idp", out var identityProvider))
            return IdTokenRefusal.MalformedClaim("idp");
        if (!claims.TryGetString("upn", out var userPrincipalName))
            return IdTokenRefusal.MalformedClaim("upn");
        if (!claims.TryGetStrings("acrs", out var contexts))
            return IdTokenRefusal.MalformedClaim("acrs");
        if (!claims.TryGetStrings("roles", out var roles))
            return IdTokenRefusal.MalformedClaim("roles");
        if (!claims.TryGetObject("_claim_names", out var elsewhere))
            return IdTokenRefusal.MalformedClaim("_claim_names");

        var described = token with
        {
            UserPrincipalName = userPrincipalName,
            IsGuest = isGuest,
            IdentityProvider = identityProvider,
            LoginHint = Label(claims, "login_hint"),
            EmailDomainOwnerVerified = IsTrue(claims, "xms_edov"),
            AuthenticationContexts = contexts ?? [],
            Roles = roles ?? [],
        };
        var overage = elsewhere?.Contains("groups") == true || IsTrue(claims, "hasgroups");
        return overage ? described with { Groups = new TokenGroups.Overage() } : WithListedGroups(described, claims);
    }

    private static Result<ValidatedIdToken, IdTokenRefusal> WithListedGroups(ValidatedIdToken token, JsonMembers claims)
    {
        if (!claims.TryGetStrings("groups", out var groups))
            return IdTokenRefusal.MalformedClaim("groups");
        return groups is null ? token : token with { Groups = new TokenGroups.Listed(groups) };
    }

    /// <summary>Documented as a number; the text form is accepted as well.</summary>
    private static bool TryReadGuest(JsonMembers claims, out bool? isGuest)
    {
        isGuest = null;
        if (!claims.Contains("acct"))
            return true;
        switch (ClaimValues.Read(claims, "acct"))
        {
            case ["0"]:
                isGuest = false;
                return true;
            case ["1"]:
                isGuest = true;
                return true;
            default:
                return false;
        }
    }

    /// <summary>true, 1, "1" and "true" are all seen for the flags of Entra.</summary>
    private static bool IsTrue(JsonMembers claims, string name) =>
        claims.Element.TryGetProperty(name, out var element)
        && (
            element.ValueKind == JsonValueKind.True
            || (element.ValueKind == JsonValueKind.Number && element.GetRawText() == "1")
            || (element.ValueKind == JsonValueKind.String && element.GetString() is "1" or "true")
        );

    private static string? Label(JsonMembers claims, string name) =>
        claims.TryGetString(name, out var text) && text is { Length: > 0 and <= LongestLabel } ? text : null;
}
