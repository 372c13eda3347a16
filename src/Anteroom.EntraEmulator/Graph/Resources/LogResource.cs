using Anteroom.EntraEmulator.Graph.Schema;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Storage;

namespace Anteroom.EntraEmulator.Graph.Resources;

/// <summary>Sign-in and directory audit logs, the newest first (graph.md §11). Two permissions and P1 are needed.</summary>
internal sealed class LogResource(EntraDirectory directory, GraphSchema schema, GraphLists lists, GraphViews views) : IGraphResource
{
    private static readonly Access Read = Access.Any("AuditLog.Read.All") with
    {
        Delegated = ["AuditLog.Read.All"],
        Roles =
        [
            DirectoryRoleTemplate.GlobalAdministrator,
            DirectoryRoleTemplate.GlobalReader,
            DirectoryRoleTemplate.ReportsReader,
            DirectoryRoleTemplate.SecurityAdministrator,
            DirectoryRoleTemplate.SecurityReader,
        ],
    };

    public void Map(GraphRoutes routes)
    {
        routes.List("auditLogs/signIns", Read, request => List(request, schema.SignIn, directory.SignInsByTenant));
        routes.Get(
            "auditLogs/signIns/{id}",
            Read,
            request =>
                Get(
                    request,
                    schema.SignIn,
                    Guid.TryParse(request["id"], out var id) ? directory.SignIns.Find(id) : null,
                    row => row.TenantId
                )
        );
        routes.List("auditLogs/directoryAudits", Read, request => List(request, schema.Audit, directory.AuditsByTenant));
        routes.Get(
            "auditLogs/directoryAudits/{id}",
            Read,
            request =>
                Get(
                    request,
                    schema.Audit,
                    Guid.TryParse(request["id"].Replace("Directory_", "", StringComparison.Ordinal), out var id)
                        ? directory.DirectoryAudits.Find(id)
                        : null,
                    row => row.TenantId
                )
        );
    }

    private GraphReply List<T>(GraphRequest request, EntityType type, TableIndex<T> index)
        where T : class
    {
        Check(request);
        return lists.Answer(
            request,
            type,
            after => index.Backwards(request.TenantKey, after.Stored).Select(found => ((object)found.Row, new RowCursor(0, found.Key)))
        );
    }

    private GraphReply Get<T>(GraphRequest request, EntityType type, T? row, Func<T, Guid> tenantOf)
        where T : class
    {
        Check(request);
        return row is not null && tenantOf(row) == request.Tenant.Id
            ? views.Single(request, type, row)
            : throw new GraphRefusal(GraphError.NotFound(request["id"]));
    }

    private static void Check(GraphRequest request)
    {
        if (!request.Caller.HasAny("Directory.Read.All", "Directory.ReadWrite.All"))
            throw new GraphRefusal(GraphError.Denied);
        if (!request.Tenant.IsPremium)
            throw new GraphRefusal(GraphError.NotPremium);
    }
}
