namespace Anteroom.EntraEmulator.Objects;

/// <summary>An application as one tenant sees it (portal: Enterprise application).</summary>
public sealed record ServicePrincipal(Guid Id, Guid TenantId, Guid AppId)
{
    public bool AccountEnabled { get; init; } = true;

    /// <summary>"Assignment required?": who is not assigned gets AADSTS50105.</summary>
    public bool AppRoleAssignmentRequired { get; init; }
}

/// <summary>A user or group that may use an application. <see cref="Guid.Empty"/> as role is the default access.</summary>
public sealed record AppRoleAssignment(Guid Id, Guid ServicePrincipalId, Guid PrincipalId, Guid AppRoleId);

/// <summary>A delegated consent (oauth2PermissionGrant, entra-oidc.md §6.1).</summary>
/// <param name="PrincipalId">One user, or null for everybody (<c>AllPrincipals</c>).</param>
public sealed record PermissionGrant(Guid Id, Guid ServicePrincipalId, Guid? PrincipalId, IReadOnlyList<string> Scopes);
