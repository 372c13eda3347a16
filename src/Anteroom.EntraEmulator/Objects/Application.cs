namespace Anteroom.EntraEmulator.Objects;

/// <summary>An app registration (entra-oidc.md §8.2). <paramref name="Id"/> is the object id, never the client id.</summary>
public sealed record Application(Guid Id, Guid AppId, Guid TenantId, string DisplayName)
{
    public const string SingleTenant = "AzureADMyOrg";
    public const string MultiTenant = "AzureADMultipleOrgs";
    public const string MultiTenantAndPersonal = "AzureADandPersonalMicrosoftAccount";

    public string SignInAudience { get; init; } = SingleTenant;
    public WebPlatform Web { get; init; } = new();
    public RedirectUriList Spa { get; init; } = new();
    public RedirectUriList PublicClient { get; init; } = new();
    public bool IsFallbackPublicClient { get; init; }
    public IReadOnlyList<string> IdentifierUris { get; init; } = [];

    /// <summary><c>SecurityGroup</c>, <c>DirectoryRole</c>, <c>ApplicationGroup</c>, <c>All</c>, or null for none (§4.4).</summary>
    public string? GroupMembershipClaims { get; init; }
    public OptionalClaims OptionalClaims { get; init; } = new();
    public IReadOnlyList<AppRole> AppRoles { get; init; } = [];
    public IReadOnlyList<PasswordCredential> PasswordCredentials { get; init; } = [];

    /// <summary>The version of access tokens for this application as a resource; null means 1.</summary>
    public int? RequestedAccessTokenVersion { get; init; }

    /// <summary>Multi-tenant applications get no mail address whose domain owner is unverified, unless this is false (§5).</summary>
    public bool? RemoveUnverifiedEmailClaim { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    public bool IsMultiTenant => SignInAudience is not SingleTenant;

    public IEnumerable<string> RedirectUris => [.. Web.RedirectUris, .. Spa.RedirectUris, .. PublicClient.RedirectUris];

    /// <summary>The platform that a redirect URI is registered under; compared exactly, except that localhost ports do not count (§2.2).</summary>
    public Platform? PlatformOf(string redirectUri)
    {
        if (Web.RedirectUris.Any(registered => RedirectUri.Matches(registered, redirectUri)))
            return Platform.Web;
        if (Spa.RedirectUris.Any(registered => RedirectUri.Matches(registered, redirectUri)))
            return Platform.Spa;
        return PublicClient.RedirectUris.Any(registered => RedirectUri.Matches(registered, redirectUri)) ? Platform.PublicClient : null;
    }
}

public enum Platform
{
    Web,
    Spa,
    PublicClient,
}

public sealed record WebPlatform
{
    public IReadOnlyList<string> RedirectUris { get; init; } = [];

    /// <summary>"Front-channel logout URL".</summary>
    public string? LogoutUrl { get; init; }
    public ImplicitGrantSettings ImplicitGrantSettings { get; init; } = new();
}

public sealed record ImplicitGrantSettings
{
    /// <summary>The box "ID tokens (used for implicit and hybrid flows)".</summary>
    public bool EnableIdTokenIssuance { get; init; }

    /// <summary>The box "Access tokens (used for implicit flows)".</summary>
    public bool EnableAccessTokenIssuance { get; init; }
}

public sealed record RedirectUriList
{
    public IReadOnlyList<string> RedirectUris { get; init; } = [];
}

public sealed record OptionalClaims
{
    public IReadOnlyList<OptionalClaim> IdToken { get; init; } = [];
    public IReadOnlyList<OptionalClaim> AccessToken { get; init; } = [];
}

public sealed record OptionalClaim(string Name)
{
    public IReadOnlyList<string> AdditionalProperties { get; init; } = [];
}

public sealed record AppRole(Guid Id, string DisplayName, string Value, bool IsEnabled = true);

/// <summary>A client secret without its value.</summary>
/// <param name="KeyId">The "Secret ID": what people paste in place of the value.</param>
/// <param name="Hint">The value's first three characters.</param>
/// <param name="Hash">SHA-256 of the value, base64url.</param>
public sealed record PasswordCredential(
    Guid KeyId,
    string DisplayName,
    string Hint,
    string Hash,
    DateTimeOffset StartDateTime,
    DateTimeOffset EndDateTime
);
