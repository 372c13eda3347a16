using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Graph.OData;
using Anteroom.EntraEmulator.Graph.Schema;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Graph;

/// <summary>Objects as JSON: with <c>@odata.type</c> among others, with expanded relations, and with limited information (graph.md §2).</summary>
internal sealed class GraphViews(EntraDirectory directory, GraphSchema schema)
{
    /// <summary>Expanded relations hold 20 objects at most.</summary>
    private const int MostExpanded = 20;

    private static readonly string[] BasicUser = ["displayName", "givenName", "id", "mail", "surname", "userPrincipalName"];

    /// <summary>A single object with its context.</summary>
    public GraphReply Single(GraphRequest request, EntityType type, object row, int status = 200)
    {
        var select = request.Options.Select;
        var json = new JsonObject
        {
            ["@odata.context"] =
                $"{request.BaseUrl}/v1.0/$metadata#{type.Set}{(select is null ? "" : $"({string.Join(',', select)})")}/$entity",
        };
        foreach (var (name, value) in View(request, type, type.Select(select), row).ToList())
            json[name] = value?.DeepClone();
        return new GraphReply(status, json);
    }

    public JsonObject View(GraphRequest request, EntityType type, IReadOnlyList<Property> select, object row)
    {
        var isBasic = type == schema.User && OnlyBasic(request.Caller) && ((User)row).Id != request.Caller.User?.Id;
        var json = new JsonObject();
        foreach (var property in select)
            json[property.Name] = isBasic && !BasicUser.Contains(property.Name) ? null : property.Get(row);
        if (request.Options.Expand is { Length: > 0 } expand)
            Expand(request, type, row, expand, json);
        return json;
    }

    /// <summary>An object among others: with its type; and with nothing but its id where the caller may not read the type (graph.md §2).</summary>
    public JsonObject MemberView(GraphRequest request, EntityType type, object row)
    {
        var json = new JsonObject { ["@odata.type"] = $"#microsoft.graph.{type.Name}" };
        var isReadable = MayRead(request.Caller, type);
        var select = request.Options.Select is { } names ? [.. names.Select(type.Find).OfType<Property>()] : type.Select(null);
        foreach (var property in select)
            json[property.Name] = isReadable || property.Name == "id" ? property.Get(row) : null;
        if (!isReadable)
            json["id"] = GraphObjects.IdOf(row).ToString();
        return json;
    }

    private bool MayRead(GraphCaller caller, EntityType type)
    {
        if (caller.HasAny("Directory.Read.All", "Directory.ReadWrite.All", "Directory.AccessAsUser.All"))
            return true;
        if (type == schema.User)
            return caller.HasAny("User.Read.All", "User.ReadWrite.All", "User.ReadBasic.All");
        if (type == schema.Group)
            return caller.HasAny("Group.Read.All", "Group.ReadWrite.All", "GroupMember.Read.All", "GroupMember.ReadWrite.All");
        if (type == schema.Device)
            return caller.HasAny("Device.Read.All");
        if (type == schema.DirectoryRole)
            return caller.HasAny("RoleManagement.Read.Directory", "RoleManagement.ReadWrite.Directory");
        return caller.HasAny("Application.Read.All", "Application.ReadWrite.All");
    }

    private static bool OnlyBasic(GraphCaller caller) =>
        caller.HasAny("User.ReadBasic.All")
        && !caller.HasAny(
            "User.Read.All",
            "User.ReadWrite.All",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
            "Directory.AccessAsUser.All"
        );

    private void Expand(GraphRequest request, EntityType type, object row, string expand, JsonObject json)
    {
        foreach (var clause in Split(expand))
        {
            var open = clause.IndexOf('(', StringComparison.Ordinal);
            var name = (open < 0 ? clause : clause[..open]).Trim();
            var inner = open < 0 ? null : InnerSelect(clause[(open + 1)..].TrimEnd(')'));
            if (Related(type, row, name) is not { } relation)
                throw new GraphRefusal(
                    GraphError.Syntax(
                        $"Parsing OData Select and Expand failed: Could not find a property named '{GraphError.Short(name)}' on type 'microsoft.graph.{type.Name}'."
                    )
                );
            var views = relation.Rows.Take(MostExpanded).Select(other => Inner(request, other, inner));
            if (!relation.IsSingle)
                json[name] = new JsonArray([.. views]);
            else if (views.FirstOrDefault() is { } only)
                json[name] = only;
        }
    }

    private JsonObject Inner(GraphRequest request, object row, IReadOnlyList<string>? select)
    {
        var type = schema.TypeOf(row);
        var json = MemberView(request with { Options = new ODataOptions([]) }, type, row);
        if (select is null)
            return json;
        foreach (
            var name in json.Select(member => member.Key)
                .Where(name => name[0] != '@')
                .Except(select, StringComparer.OrdinalIgnoreCase)
                .ToList()
        )
            json.Remove(name);
        foreach (var name in select.Where(name => !json.ContainsKey(name)))
            json[name] = type.Find(name)?.Get(row);
        return json;
    }

    private (IEnumerable<object> Rows, bool IsSingle)? Related(EntityType type, object row, string name) =>
        (row, name) switch
        {
            (User user, "manager") => (Resolve(user.ManagerId is { } manager ? [manager] : []), true),
            (User user, "directReports") => (directory.UsersByManager.Find(user.Id.ToString()), false),
            (User user, "memberOf") => (directory.DirectGroupsOf(user.Id), false),
            (User user, "transitiveMemberOf") => (directory.AllGroupsOf(user.Id), false),
            (Group group, "members") => (Resolve(directory.MembersOf.Find(group.Id.ToString()).Select(member => member.MemberId)), false),
            (Group group, "memberOf") => (directory.DirectGroupsOf(group.Id), false),
            (Group or Application or ServicePrincipal, "owners") => (
                Resolve(directory.OwnersOf.Find(GraphObjects.IdOf(row).ToString()).Select(ownership => ownership.OwnerId)),
                false
            ),
            (DirectoryRole role, "members") => (
                Resolve(
                    directory
                        .RoleAssignmentsByTenant.Find(role.TenantId.ToString())
                        .Where(assignment => assignment.RoleTemplateId == role.RoleTemplateId)
                        .Select(assignment => assignment.PrincipalId)
                ),
                false
            ),
            _ => null,
        };

    /// <summary>Ids without an object are skipped: a deleted user keeps its memberships and is not seen.</summary>
    private IEnumerable<object> Resolve(IEnumerable<Guid> ids) =>
        ids.Select(id =>
                (object?)directory.Users.Find(id)
                ?? (object?)directory.Groups.Find(id)
                ?? (object?)directory.ServicePrincipals.Find(id)
                ?? directory.Devices.Find(id)
            )
            .OfType<object>();

    private static List<string>? InnerSelect(string options) =>
        options
            .Split(';')
            .Select(option => option.Trim())
            .FirstOrDefault(option => option.StartsWith("$select=", StringComparison.OrdinalIgnoreCase))
            ?["$select=".Length..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .ToList();

    /// <summary>At commas outside of parentheses.</summary>
    private static List<string> Split(string expand)
    {
        var parts = new List<string>();
        var (depth, start) = (0, 0);
        for (var i = 0; i < expand.Length; i++)
        {
            depth += expand[i] switch
            {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            if (expand[i] == ',' && depth == 0)
            {
                parts.Add(expand[start..i]);
                start = i + 1;
            }
        }
        parts.Add(expand[start..]);
        return parts;
    }
}
