namespace Anteroom.EntraEmulator.Objects;

/// <summary>What protocol, Graph and portal ask of the directory.</summary>
internal static class DirectoryQuestions
{
    public static Application? FindApplication(this EntraDirectory directory, Guid appId) =>
        directory.ApplicationsByAppId.First(appId.ToString());

    /// <summary>The registration behind a service principal; Microsoft Graph's is registered nowhere here.</summary>
    public static Application? ApplicationOf(this EntraDirectory directory, ServicePrincipal principal) =>
        principal.AppId == MicrosoftGraph.AppId ? MicrosoftGraph.Application : directory.FindApplication(principal.AppId);

    public static ServicePrincipal? FindServicePrincipal(this EntraDirectory directory, Guid tenantId, Guid appId) =>
        directory.ServicePrincipalsByApp.First($"{tenantId}/{appId}");

    /// <summary>Microsoft Graph in a tenant: its object id differs per tenant.</summary>
    public static ServicePrincipal? GraphIn(this EntraDirectory directory, Guid tenantId) =>
        directory.FindServicePrincipal(tenantId, MicrosoftGraph.AppId);

    /// <summary>The groups that somebody is a direct member of.</summary>
    public static IEnumerable<Group> DirectGroupsOf(this EntraDirectory directory, Guid member) =>
        directory.GroupsOf.Find(member.ToString()).Select(membership => directory.Groups.Find(membership.GroupId)).OfType<Group>();

    /// <summary>All groups of a member, nested ones included; a cycle ends where it began.</summary>
    public static IReadOnlyCollection<Group> AllGroupsOf(this EntraDirectory directory, Guid member)
    {
        var found = new Dictionary<Guid, Group>();
        var open = new Queue<Guid>([member]);
        while (open.TryDequeue(out var next))
        {
            foreach (var group in directory.DirectGroupsOf(next))
            {
                if (found.TryAdd(group.Id, group))
                    open.Enqueue(group.Id);
            }
        }
        return found.Values;
    }

    /// <summary>Assignments that reach a user: its own, and those of groups it is a direct member of; nesting does not count (entra-oidc.md §2.6, 50105).</summary>
    public static IEnumerable<AppRoleAssignment> AssignmentsFor(this EntraDirectory directory, ServicePrincipal principal, User user)
    {
        var groups = directory.DirectGroupsOf(user.Id).Select(group => group.Id).ToHashSet();
        return directory
            .AssignmentsOf.Find(principal.Id.ToString())
            .Where(assignment => assignment.PrincipalId == user.Id || groups.Contains(assignment.PrincipalId));
    }

    /// <summary>Template ids of the directory roles that reach somebody: their own, and those of role-assignable groups.</summary>
    public static IReadOnlySet<Guid> DirectoryRolesOf(this EntraDirectory directory, Guid principalId)
    {
        var groups = directory.DirectGroupsOf(principalId).Where(group => group.IsAssignableToRole).Select(group => group.Id);
        return groups
            .Append(principalId)
            .SelectMany(id => directory.RoleAssignmentsOf.Find(id.ToString()))
            .Select(assignment => assignment.RoleTemplateId)
            .ToHashSet();
    }

    public static bool HasRole(this EntraDirectory directory, Guid principalId, params ReadOnlySpan<Guid> anyOf)
    {
        var held = directory.DirectoryRolesOf(principalId);
        foreach (var role in anyOf)
        {
            if (held.Contains(role))
                return true;
        }
        return false;
    }

    /// <summary>A Global Administrator: may consent on behalf of the organization.</summary>
    public static bool IsGlobalAdministrator(this EntraDirectory directory, User user) =>
        directory.HasRole(user.Id, DirectoryRoleTemplate.GlobalAdministrator);

    /// <summary>Short names of the delegated permissions that a client has at a resource for a user: everybody's and the user's own.</summary>
    public static IReadOnlySet<string> GrantedScopes(
        this EntraDirectory directory,
        ServicePrincipal client,
        Guid? userId,
        Guid resourceId
    ) =>
        directory
            .GrantsOf.Find(client.Id.ToString())
            .Where(grant => grant.ResourceId == resourceId && (grant.PrincipalId is null || grant.PrincipalId == userId))
            .SelectMany(grant => grant.Scopes)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Values of the application permissions that a client has at a resource: the <c>roles</c> of its app-only tokens.</summary>
    public static IReadOnlyList<string> GrantedRoles(this EntraDirectory directory, ServicePrincipal client, ServicePrincipal resource)
    {
        var assigned = directory
            .AssignmentsTo.Find(client.Id.ToString())
            .Where(assignment => assignment.ServicePrincipalId == resource.Id)
            .Select(assignment => assignment.AppRoleId)
            .ToHashSet();
        return
        [
            .. (directory.ApplicationOf(resource)?.AppRoles ?? [])
                .Where(role => role.IsEnabled && assigned.Contains(role.Id))
                .Select(role => role.Value),
        ];
    }

    /// <summary>The policy of a kind that counts for a service principal: its own, its application's, or the tenant's default.</summary>
    public static StsPolicy? StsPolicyFor(this EntraDirectory directory, ServicePrincipal principal, string kind) =>
        directory
            .PoliciesOf.Find(principal.Id.ToString())
            .Concat(directory.PoliciesOf.Find((directory.ApplicationOf(principal)?.Id ?? Guid.Empty).ToString()))
            .Select(assignment => directory.StsPolicies.Find(assignment.PolicyId))
            .FirstOrDefault(policy => policy?.Kind == kind)
        ?? directory
            .StsPoliciesByTenant.Find(principal.TenantId.ToString())
            .FirstOrDefault(policy => policy.Kind == kind && policy.IsOrganizationDefault);
}
