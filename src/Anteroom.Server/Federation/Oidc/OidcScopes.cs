namespace Anteroom.Server.Federation.Oidc;

/// <summary>The scopes that exist here (OIDC Core §5.4, §11); others are refused (SEC-102).</summary>
public static class OidcScopes
{
    public const string OpenId = "openid";
    public const string Profile = "profile";
    public const string Email = "email";
    public const string OfflineAccess = "offline_access";

    public static IReadOnlyList<string> Supported { get; } = [OpenId, Profile, Email, OfflineAccess];
}
