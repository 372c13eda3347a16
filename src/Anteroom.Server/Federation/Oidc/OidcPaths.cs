namespace Anteroom.Server.Federation.Oidc;

/// <summary>Where the endpoints lie (design.md §6).</summary>
public static class OidcPaths
{
    public const string Discovery = "/.well-known/openid-configuration";

    /// <summary>The same document for clients that know OAuth alone (RFC 8414 §3).</summary>
    public const string OAuthMetadata = "/.well-known/oauth-authorization-server";
    public const string Jwks = "/.well-known/jwks.json";
    public const string Authorize = "/connect/authorize";
    public const string Token = "/connect/token";
    public const string PushedAuthorization = "/connect/par";
    public const string Introspection = "/connect/introspect";
    public const string Revocation = "/connect/revoke";
    public const string UserInfo = "/connect/userinfo";
    public const string DeviceAuthorization = "/connect/device";

    /// <summary>Where people enter a device's code: short, because they type it (RFC 8628 §3.3).</summary>
    public const string DeviceVerification = "/device";
    public const string DeviceConfirmation = "/device/confirm";
    public const string EndSession = "/connect/endsession";
}
