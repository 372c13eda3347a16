using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>Whose groups a token shows, and in what form.</summary>
/// <param name="Application">The token's audience: its registration decides.</param>
/// <param name="Optional">The optional claims of this kind of token; <c>groups</c> among them may change the form.</param>
internal sealed record GroupRequest(
    Tenant Tenant,
    User User,
    Application Application,
    IReadOnlyList<OptionalClaim> Optional,
    bool IsImplicit
);

/// <summary>The <c>groups</c>, <c>wids</c> and <c>roles</c> claims with their limits (entra-oidc.md §4.4).</summary>
internal sealed class GroupClaims(EntraDirectory directory)
{
    public const int MostInToken = 200;

    private const string EmitAsRoles = "emit_as_roles";
    private const string CloudDisplayName = "cloud_displayname";

    /// <summary>In this order of preference; they show only groups that come from Active Directory.</summary>
    private static readonly string[] OnPremisesForms =
    [
        "sam_account_name",
        "dns_domain_and_sam_account_name",
        "netbios_domain_and_sam_account_name",
    ];

    public void Add(JsonObject claims, GroupRequest request)
    {
        var wanted = (request.Application.GroupMembershipClaims ?? "None").Split(',', StringSplitOptions.TrimEntries);
        var form = request.Optional.FirstOrDefault(claim => claim.Name == "groups")?.AdditionalProperties ?? [];
        var roles = RolesOf(request);
        if (wanted.Any(kind => kind is "DirectoryRole" or "All"))
            claims["wids"] = Strings(DirectoryRoleIds(request.User));
        if (wanted.Any(kind => kind is "SecurityGroup" or "ApplicationGroup" or "All"))
        {
            var shown = Select(request, wanted)
                .Select(group => Show(group, form, wanted))
                .OfType<string>()
                .Order(StringComparer.Ordinal)
                .ToList();
            // Groups in place of roles: the real roles are dropped then.
            if (form.Contains(EmitAsRoles))
                roles = shown;
            else
                AddGroups(claims, request, shown);
        }
        if (roles.Count > 0)
            claims["roles"] = Strings(roles);
    }

    /// <summary><c>wids</c>: templates of the directory roles, and the one that every ordinary member has (§4.2).</summary>
    public IReadOnlyList<string> DirectoryRoleIds(User user) =>
        [.. directory.DirectoryRolesOf(user.Id).Order().Append(DirectoryRoleTemplate.DefaultMember).Select(id => id.ToString())];

    private IEnumerable<Group> Select(GroupRequest request, string[] wanted)
    {
        var (tenant, user, application) = (request.Tenant, request.User, request.Application);
        if (wanted.Contains("All"))
            return directory.AllGroupsOf(user.Id);

        var selected = new Dictionary<Guid, Group>();
        if (wanted.Contains("SecurityGroup"))
        {
            foreach (var group in directory.AllGroupsOf(user.Id).Where(group => group.SecurityEnabled))
                selected[group.Id] = group;
        }

        // Only groups that are assigned to the application, and only their direct members.
        if (wanted.Contains("ApplicationGroup") && directory.FindServicePrincipal(tenant.Id, application.AppId) is { } principal)
        {
            var assigned = directory.AssignmentsFor(principal, user).Select(assignment => assignment.PrincipalId);
            foreach (var group in assigned.Select(id => directory.Groups.Find(id)).OfType<Group>())
                selected[group.Id] = group;
        }
        return selected.Values;
    }

    /// <summary>The group's id, or the configured name of it; null leaves it out.</summary>
    private static string? Show(Group group, IReadOnlyList<string> form, string[] wanted)
    {
        if (form.FirstOrDefault(OnPremisesForms.Contains) is { } onPremises)
            return ShowOnPremises(group.OnPremises, onPremises);
        if (form.Contains(CloudDisplayName) && wanted.Contains("ApplicationGroup"))
            return group.DisplayName;
        return group.Id.ToString();
    }

    private static string? ShowOnPremises(OnPremises? synced, string form) =>
        synced is not { SyncEnabled: true, SamAccountName: { } name }
            ? null
            : form switch
            {
                "dns_domain_and_sam_account_name" => $@"{synced.DomainName}\{name}",
                "netbios_domain_and_sam_account_name" => $@"{synced.NetBiosName}\{name}",
                _ => name,
            };

    private void AddGroups(JsonObject claims, GroupRequest request, List<string> groups)
    {
        if (groups.Count == 0)
            return;
        if (request.IsImplicit && groups.Count > directory.Settings.MostGroupsInImplicitToken)
        {
            claims["hasgroups"] = true;
            return;
        }
        if (groups.Count > MostInToken)
        {
            var endpoint = $"https://{directory.Settings.OverageHost}/{request.Tenant.Id}/users/{request.User.Id}/getMemberObjects";
            claims["_claim_names"] = new JsonObject { ["groups"] = "src1" };
            claims["_claim_sources"] = new JsonObject { ["src1"] = new JsonObject { ["endpoint"] = endpoint } };
            return;
        }
        claims["groups"] = Strings(groups);
    }

    /// <summary>Values of app roles, assigned directly or through a group of direct membership (§4.2).</summary>
    private List<string> RolesOf(GroupRequest request)
    {
        if (directory.FindServicePrincipal(request.Tenant.Id, request.Application.AppId) is not { } principal)
            return [];
        var assigned = directory.AssignmentsFor(principal, request.User).Select(assignment => assignment.AppRoleId).ToHashSet();
        return [.. request.Application.AppRoles.Where(role => role.IsEnabled && assigned.Contains(role.Id)).Select(role => role.Value)];
    }

    private static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(value => (JsonNode)value)]);
}
