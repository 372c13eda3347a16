namespace Anteroom.EntraEmulator.Objects;

/// <summary>An app registration (entra-oidc.md §8.2). <paramref name="Id"/> is the object id, never the client id.</summary>
public sealed record Application(Guid Id, Guid AppId, Guid TenantId, string DisplayName)
{
    public const string SingleTenant = "AzureADMyOrg";
    public const string MultiTenant = "AzureADMultipleOrgs";
    public const string MultiTenantAndPersonal = "AzureADandPersonalMicrosoftAccount";
    public const string Personal = "PersonalMicrosoftAccount";

    public string? Description { get; init; }
    public string? Notes { get; init; }
    public string SignInAudience { get; init; } = SingleTenant;
    public WebPlatform Web { get; init; } = new();
    public RedirectUriList Spa { get; init; } = new();
    public RedirectUriList PublicClient { get; init; } = new();

    /// <summary>"Allow public client flows".</summary>
    public bool IsFallbackPublicClient { get; init; }
    public IReadOnlyList<string> IdentifierUris { get; init; } = [];

    /// <summary><c>SecurityGroup</c>, <c>DirectoryRole</c>, <c>ApplicationGroup</c>, <c>All</c>, several by comma, or null for none (§4.4).</summary>
    public string? GroupMembershipClaims { get; init; }
    public OptionalClaims OptionalClaims { get; init; } = new();

    /// <summary>"Expose an API".</summary>
    public ApiApplication Api { get; init; } = new();
    public IReadOnlyList<AppRole> AppRoles { get; init; } = [];
    public IReadOnlyList<PasswordCredential> PasswordCredentials { get; init; } = [];
    public IReadOnlyList<KeyCredential> KeyCredentials { get; init; } = [];
    public IReadOnlyList<FederatedIdentityCredential> FederatedIdentityCredentials { get; init; } = [];

    /// <summary>"API permissions": what the application asks for; consent is another matter (§6.1).</summary>
    public IReadOnlyList<RequiredResourceAccess> RequiredResourceAccess { get; init; } = [];

    /// <summary>Directory extensions that the application declared (§4.3).</summary>
    public IReadOnlyList<ExtensionProperty> ExtensionProperties { get; init; } = [];
    public AuthenticationBehaviors AuthenticationBehaviors { get; init; } = new();

    /// <summary>The verified publisher's name; null shows "unverified", which narrows what people may consent to (§6.4).</summary>
    public string? VerifiedPublisher { get; init; }
    public IReadOnlyList<string> Tags { get; init; } = [];
    public DateTimeOffset CreatedDateTime { get; init; }
    public DateTimeOffset? DeletedDateTime { get; init; }

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

    public Application WithoutSecret(Guid keyId) =>
        this with
        {
            PasswordCredentials = [.. PasswordCredentials.Where(known => known.KeyId != keyId)],
        };

    public Application WithoutCertificate(Guid keyId) =>
        this with
        {
            KeyCredentials = [.. KeyCredentials.Where(known => known.KeyId != keyId)],
        };

    public Application WithoutFederated(Guid id) =>
        this with
        {
            FederatedIdentityCredentials = [.. FederatedIdentityCredentials.Where(known => known.Id != id)],
        };
}
