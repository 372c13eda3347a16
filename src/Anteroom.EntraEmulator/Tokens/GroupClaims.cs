using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>The <c>groups</c>, <c>wids</c> and <c>roles</c> claims with their limits (entra-oidc.md §4.4).</summary>
internal sealed class GroupClaims(EntraDirectory directory)
{
    public const int MostInToken = 200;
    public const int MostInImplicitToken = 5;

    public void Add(JsonObject claims, Tenant tenant, User user, Application application, bool isImplicit)
    {
        var wanted = (application.GroupMembershipClaims ?? "None").Split(',', StringSplitOptions.TrimEntries);
        var roles = RolesOf(tenant, user, application);

        if (wanted.Any(kind => kind is "SecurityGroup" or "ApplicationGroup" or "All"))
            AddGroups(claims, tenant, user, Select(tenant, user, application, wanted), isImplicit);
        if (wanted.Any(kind => kind is "DirectoryRole" or "All"))
            claims["wids"] = Strings(
                directory.DirectoryRolesOf(user.Id).Order().Append(DirectoryRoleTemplate.DefaultMember).Select(id => id.ToString())
            );
        if (roles.Count > 0)
            claims["roles"] = Strings(roles);
    }

    private List<Guid> Select(Tenant tenant, User user, Application application, string[] wanted)
    {
        if (wanted.Contains("All"))
            return [.. directory.AllGroupsOf(user.Id).Select(group => group.Id).Order()];

        var selected = new HashSet<Guid>();
        if (wanted.Contains("SecurityGroup"))
            selected.UnionWith(directory.AllGroupsOf(user.Id).Where(group => group.SecurityEnabled).Select(group => group.Id));

        // Only groups that are assigned to the application, and only their direct members.
        if (wanted.Contains("ApplicationGroup") && directory.FindServicePrincipal(tenant.Id, application.AppId) is { } principal)
            selected.UnionWith(
                directory.AssignmentsFor(principal, user).Select(assignment => assignment.PrincipalId).Where(id => id != user.Id)
            );
        return [.. selected.Order()];
    }

    private static void AddGroups(JsonObject claims, Tenant tenant, User user, List<Guid> groups, bool isImplicit)
    {
        if (groups.Count == 0)
            return;
        if (isImplicit && groups.Count > MostInImplicitToken)
        {
            claims["hasgroups"] = true;
            return;
        }
        if (groups.Count > MostInToken)
        {
            claims["_claim_names"] = new JsonObject { ["groups"] = "src1" };
            claims["_claim_sources"] = new JsonObject
            {
                ["src1"] = new JsonObject { ["endpoint"] = $"https://graph.windows.net/{tenant.Id}/users/{user.Id}/getMemberObjects" },
            };
            return;
        }
        claims["groups"] = Strings(groups.Select(id => id.ToString()));
    }

    /// <summary>Values of app roles, assigned directly or through a group of direct membership (§4.2).</summary>
    private List<string> RolesOf(Tenant tenant, User user, Application application)
    {
        if (directory.FindServicePrincipal(tenant.Id, application.AppId) is not { } principal)
            return [];
        var assigned = directory.AssignmentsFor(principal, user).Select(assignment => assignment.AppRoleId).ToHashSet();
        return [.. application.AppRoles.Where(role => role.IsEnabled && assigned.Contains(role.Id)).Select(role => role.Value)];
    }

    private static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(value => (JsonNode)value)]);
}
