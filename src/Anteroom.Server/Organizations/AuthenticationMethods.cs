namespace Anteroom.Server.Organizations;

/// <summary>What an organization's people are offered, where it is not every way that there is (HEC-03).</summary>
public static class AuthenticationMethods
{
    /// <summary>Accounts of ours alone: passwords and passkeys.</summary>
    public const string Local = "local";

    /// <summary>Entra ID, formerly Azure AD, beside local accounts where these are shown.</summary>
    public const string Entra = "entra";

    /// <summary>Any other OpenID Connect provider, beside local accounts where these are shown.</summary>
    public const string Oidc = "oidc";

    public static IReadOnlyList<string> All { get; } = [Local, Entra, Oidc];
}
