namespace Anteroom.Server.Federation.Oidc;

/// <summary>How long what passes between two requests is good for; tokens live as their application says (<see cref="Applications.TokenLifetimes"/>).</summary>
public static class OidcLifetimes
{
    /// <summary>A code, from the answer to its redemption: 60 seconds (SEC-092; RFC 6749 §4.1.2 allows 600).</summary>
    public static readonly TimeSpan Code = TimeSpan.FromSeconds(60);

    /// <summary>A pushed authorization request, from the answer to the browser's coming: 60 seconds (SEC-105 allows 90).</summary>
    public static readonly TimeSpan PushedRequest = TimeSpan.FromSeconds(60);

    /// <summary>A device code with its user code, from the device's request to its tokens: 10 minutes (RFC 8628 §5.1 asks for a short life).</summary>
    public static readonly TimeSpan DeviceCode = TimeSpan.FromMinutes(10);

    /// <summary>A request that crossed sites by POST and waits for its same-site GET: 10 minutes (SEC-003).</summary>
    public static readonly TimeSpan StoredRequest = TimeSpan.FromMinutes(10);
}
