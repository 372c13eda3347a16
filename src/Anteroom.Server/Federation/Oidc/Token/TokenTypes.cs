namespace Anteroom.Server.Federation.Oidc.Token;

/// <summary>The <c>typ</c> of each kind of token, so that none passes for another (RFC 8725 §3.11, SEC-098).</summary>
public static class TokenTypes
{
    public const string IdToken = "JWT";

    /// <summary>RFC 9068 §2.1.</summary>
    public const string AccessToken = "at+jwt";

    /// <summary>OIDC Back-Channel Logout §2.4.</summary>
    public const string LogoutToken = "logout+jwt";
}
