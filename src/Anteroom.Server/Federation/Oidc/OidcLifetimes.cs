namespace Anteroom.Server.Federation.Oidc;

/// <summary>How long what we issue is good for.</summary>
public static class OidcLifetimes
{
    /// <summary>A code, from the answer to its redemption: 60 seconds (SEC-092; RFC 6749 §4.1.2 allows 600).</summary>
    public static readonly TimeSpan Code = TimeSpan.FromSeconds(60);

    /// <summary>An id_token: 5 minutes (SEC-098).</summary>
    public static readonly TimeSpan IdToken = TimeSpan.FromMinutes(5);

    /// <summary>An access token: 10 minutes, which bounds what a checker that never asks us may still accept (SEC-098, SEC-036).</summary>
    public static readonly TimeSpan AccessToken = TimeSpan.FromMinutes(10);

    /// <summary>A refresh token that is not used: 14 days (SEC-101).</summary>
    public static readonly TimeSpan RefreshIdle = TimeSpan.FromDays(14);

    /// <summary>A family of refresh tokens, from the sign-in: 30 days (SEC-101).</summary>
    public static readonly TimeSpan RefreshAbsolute = TimeSpan.FromDays(30);

    /// <summary>A request that crossed sites by POST and waits for its same-site GET: 10 minutes (SEC-003).</summary>
    public static readonly TimeSpan StoredRequest = TimeSpan.FromMinutes(10);
}
