namespace Anteroom.EntraEmulator.Objects;

/// <summary>What an application is as a resource: "Expose an API".</summary>
public sealed record ApiApplication
{
    /// <summary>Claims-mapping policies without an own signing key; never set on a multi-tenant application (entra-oidc.md §8.2).</summary>
    public bool? AcceptMappedClaims { get; init; }
    public IReadOnlyList<Guid> KnownClientApplications { get; init; } = [];
    public IReadOnlyList<PermissionScope> Oauth2PermissionScopes { get; init; } = [];
    public IReadOnlyList<PreAuthorizedApplication> PreAuthorizedApplications { get; init; } = [];

    /// <summary>The version of access tokens for this application as a resource; null means 1.</summary>
    public int? RequestedAccessTokenVersion { get; init; }
}
