namespace Anteroom.Entra.IdTokens;

/// <summary>The two tokens of a hybrid answer, one through the browser and one from the token endpoint, are about the same person (OIDC Core §3.3.3.6).</summary>
public static class IdTokenPair
{
    /// <summary>Null where issuer, subject and identity (at Entra: cloud, <c>tid</c>, <c>oid</c>) are equal.</summary>
    public static IdTokenRefusal? Fault(ValidatedIdToken front, ValidatedIdToken back) =>
        front.Issuer != back.Issuer ? IdTokenRefusal.Pair("iss")
        : front.Subject != back.Subject ? IdTokenRefusal.Pair("sub")
        : front.Identity != back.Identity ? IdTokenRefusal.Pair("oid")
        : null;
}
