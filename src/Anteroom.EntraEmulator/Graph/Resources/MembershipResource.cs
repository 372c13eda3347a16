using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Graph.Resources;

/// <summary>Members of groups, and groups of members: both directions, direct and through nesting (graph.md §4.5).</summary>
internal sealed class MembershipResource(EntraDirectory directory, GraphLists lists, GraphObjects objects, GroupMembers members)
    : IGraphResource
{
    private const int MostChecked = 20;

    public void Map(GraphRoutes routes)
    {
        routes.List("groups/{id}/members", Access.ReadGroups, request => Members(request, members.Direct), cost: 3);
        routes.List("groups/{id}/transitiveMembers", Access.ReadGroups, request => Members(request, members.Transitive), cost: 5);
        routes.Post("groups/{id}/members/$ref", Access.WriteMembers, Add);
        routes.Delete("groups/{id}/members/{member}/$ref", Access.WriteMembers, Remove);
        foreach (
            var (set, access) in new[]
            {
                ("users", Access.ReadMemberOf),
                ("groups", Access.ReadGroups),
                ("servicePrincipals", Access.ReadApplications),
                ("devices", Access.ReadDirectory),
            }
        )
        {
            routes.List($"{set}/{{id}}/memberOf", access, request => MemberOf(request, set, isTransitive: false), cost: 2);
            routes.List($"{set}/{{id}}/transitiveMemberOf", access, request => MemberOf(request, set, isTransitive: true), cost: 2);
            routes.Post($"{set}/{{id}}/checkMemberGroups", access, request => Check(request, set, "groupIds"), cost: 4);
            routes.Post($"{set}/{{id}}/checkMemberObjects", access, request => Check(request, set, "ids"), cost: 4);
            routes.Post($"{set}/{{id}}/getMemberGroups", access, request => Get(request, set, withRoles: false), cost: 2);
            routes.Post($"{set}/{{id}}/getMemberObjects", access, request => Get(request, set, withRoles: true), cost: 2);
        }
    }

    private GraphReply Members(GraphRequest request, Func<Guid, RowSource> source)
    {
        var group = objects.Group(request);
        // Members of a group with hidden membership are for who may read those.
        var isHidden = group.Visibility == Group.HiddenMembership && !request.Caller.HasAny("Member.Read.Hidden");
        return lists.AnswerMixed(request, isHidden ? GraphLists.From([]) : source(group.Id));
    }

    private GraphReply Add(GraphRequest request)
    {
        var group = objects.Group(request);
        members.Add(request, group, [objects.Referenced(request, request.Text("@odata.id"))]);
        return GraphReply.NoContent;
    }

    private GraphReply Remove(GraphRequest request)
    {
        if (!Guid.TryParse(request["member"], out var member))
            throw new GraphRefusal(GraphError.NotFound(request["member"]));
        members.Remove(request, objects.Group(request), member);
        return GraphReply.NoContent;
    }

    /// <summary>Groups and directory roles, mixed.</summary>
    private GraphReply MemberOf(GraphRequest request, string set, bool isTransitive)
    {
        var id = Id(request, set);
        IEnumerable<Group> groups = isTransitive ? directory.AllGroupsOf(id) : directory.DirectGroupsOf(id);
        return lists.AnswerMixed(request, GraphLists.From(groups.Concat<object>(Roles(request, id))));
    }

    /// <summary>Those of the sent ids that the object is in, however deep.</summary>
    private GraphReply Check(GraphRequest request, string set, string member)
    {
        var asked = request.Value<string[]>(member) ?? throw new GraphRefusal(GraphError.InvalidValue(member));
        if (asked.Length > MostChecked)
            throw new GraphRefusal(GraphError.BadRequest($"Too many ids in the request: at most {MostChecked} are allowed."));
        var held = Held(request, Id(request, set), securityEnabledOnly: false, withRoles: member == "ids")
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return Strings(request, asked.Where(held.Contains));
    }

    private GraphReply Get(GraphRequest request, string set, bool withRoles)
    {
        if (request.Json["securityEnabledOnly"] is null)
            throw new GraphRefusal(GraphError.BadRequest("A value is required for parameter 'securityEnabledOnly'."));
        var id = Id(request, set);
        return Strings(request, Held(request, id, request.Value<bool>("securityEnabledOnly"), withRoles));
    }

    private IEnumerable<string> Held(GraphRequest request, Guid id, bool securityEnabledOnly, bool withRoles) =>
        directory
            .AllGroupsOf(id)
            .Where(group => group.SecurityEnabled || !securityEnabledOnly)
            .Select(group => group.Id.ToString())
            .Concat(withRoles && !securityEnabledOnly ? Roles(request, id).Select(role => role.Id.ToString()) : []);

    private IEnumerable<DirectoryRole> Roles(GraphRequest request, Guid id)
    {
        var held = directory.DirectoryRolesOf(id);
        return directory.DirectoryRolesByTenant.Find(request.TenantKey).Where(role => held.Contains(role.RoleTemplateId));
    }

    private Guid Id(GraphRequest request, string set) =>
        set switch
        {
            "users" => objects.User(request).Id,
            "groups" => objects.Group(request).Id,
            "servicePrincipals" => objects.ServicePrincipal(request).Id,
            _ => Guid.TryParse(request["id"], out var id)
            && directory.Devices.Find(id) is { } device
            && device.TenantId == request.Tenant.Id
                ? device.Id
                : throw new GraphRefusal(GraphError.NotFound(request["id"])),
        };

    private static GraphReply Strings(GraphRequest request, IEnumerable<string> values) =>
        GraphReply.Ok(
            new JsonObject
            {
                ["@odata.context"] = $"{request.BaseUrl}/v1.0/$metadata#Collection(Edm.String)",
                ["value"] = GraphJson.Strings(values),
            }
        );
}
