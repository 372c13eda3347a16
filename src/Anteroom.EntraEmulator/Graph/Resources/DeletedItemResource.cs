using Anteroom.EntraEmulator.Graph.Schema;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Graph.Resources;

/// <summary>The recycle bin: <c>directory/deletedItems</c>, kept for 30 days (graph.md §4.5).</summary>
internal sealed class DeletedItemResource(GraphSchema schema, GraphLists lists, GraphViews views, RecycleBin bin, AuditTrail audit)
    : IGraphResource
{
    private static readonly Access Read = Access.Any(
        "User.Read.All",
        "User.ReadWrite.All",
        "Group.Read.All",
        "Group.ReadWrite.All",
        "Application.Read.All",
        "Application.ReadWrite.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All"
    );

    private static readonly Access Write = Access.Any(
        "User.DeleteRestore.All",
        "User.ReadWrite.All",
        "Group.ReadWrite.All",
        "Application.ReadWrite.All",
        "Directory.ReadWrite.All"
    ) with
    {
        Roles = Access.WriteUsers.Roles,
    };

    public void Map(GraphRoutes routes)
    {
        routes.List("directory/deletedItems", Read, List);
        routes.Get("directory/deletedItems/{id}", Read, Get);
        routes.Post("directory/deletedItems/{id}/restore", Write, Restore);
        routes.Delete("directory/deletedItems/{id}", Write, Purge);
    }

    private GraphReply List(GraphRequest request)
    {
        var tenant = request.Tenant.Id;
        IEnumerable<object> rows = request.Path.Cast switch
        {
            "user" => bin.Users(tenant),
            "group" => bin.Groups(tenant),
            "application" => bin.Applications(tenant),
            "servicePrincipal" or "device" => [],
            _ => throw new GraphRefusal(GraphError.NoSegment("deletedItems")),
        };
        // A cast is the address here and no condition.
        var type = schema.Named(request.Path.Cast!)!;
        return lists.Answer(request with { Path = request.Path with { Cast = null } }, type, GraphLists.From(rows));
    }

    private GraphReply Get(GraphRequest request)
    {
        var found = Find(request);
        var json = views.MemberView(request, schema.TypeOf(found), found);
        json.Insert(0, "@odata.context", $"{request.BaseUrl}/v1.0/$metadata#directoryObjects/$entity");
        return GraphReply.Ok(json);
    }

    private GraphReply Restore(GraphRequest request)
    {
        object restored = Find(request) switch
        {
            User user => bin.Restore(user) ?? throw new GraphRefusal(GraphError.Conflict("userPrincipalName")),
            Group group => bin.Restore(group),
            var application => bin.Restore((Application)application),
        };
        var type = schema.TypeOf(restored);
        audit.Record(
            request,
            $"Restore {type.Name}",
            AuditTrail.Users,
            new Objects.Logs.AuditTarget(GraphObjects.IdOf(restored), type.ResourceName, null)
        );
        var json = views.MemberView(request, type, restored);
        json.Insert(0, "@odata.context", $"{request.BaseUrl}/v1.0/$metadata#directoryObjects/$entity");
        return GraphReply.Ok(json);
    }

    private GraphReply Purge(GraphRequest request)
    {
        var found = Find(request);
        bin.Purge(GraphObjects.IdOf(found));
        audit.Record(
            request,
            $"Hard Delete {schema.TypeOf(found).Name}",
            AuditTrail.Users,
            new Objects.Logs.AuditTarget(GraphObjects.IdOf(found), schema.TypeOf(found).ResourceName, null)
        );
        return GraphReply.NoContent;
    }

    private object Find(GraphRequest request)
    {
        if (Guid.TryParse(request["id"], out var id))
        {
            if (bin.FindUser(id) is { } user && user.TenantId == request.Tenant.Id)
                return user;
            if (bin.FindGroup(id) is { } group && group.TenantId == request.Tenant.Id)
                return group;
            if (bin.FindApplication(id) is { } application && application.TenantId == request.Tenant.Id)
                return application;
        }
        throw new GraphRefusal(GraphError.NotFound(request["id"]));
    }
}
