using Anteroom.EntraEmulator.Graph.Schema;
using Anteroom.EntraEmulator.Objects;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Graph.Resources;

/// <summary>Service principals: applications as this tenant sees them (graph.md §10).</summary>
internal sealed class ServicePrincipalResource(
    EntraDirectory directory,
    GraphSchema schema,
    GraphLists lists,
    GraphViews views,
    GraphObjects objects,
    OwnApplications own,
    RecycleBin recycleBin,
    Replication replication,
    AuditTrail audit,
    TimeProvider clock
) : IGraphResource
{
    public void Map(GraphRoutes routes)
    {
        routes.List(
            "servicePrincipals",
            Access.ReadApplications,
            request =>
                lists.Answer(
                    request,
                    schema.ServicePrincipal,
                    after =>
                        GraphLists
                            .From(directory.ServicePrincipalsByTenant, request.TenantKey)(after)
                            .Where(found => replication.IsVisible(((ServicePrincipal)found.Row).Id))
                )
        );
        routes.Post("servicePrincipals", Access.WriteApplications, Create);
        routes.Get(
            "servicePrincipals/{id}",
            Access.ReadApplications,
            request => views.Single(request, schema.ServicePrincipal, objects.ServicePrincipal(request))
        );
        routes.Patch("servicePrincipals/{id}", Access.WriteApplications, Change);
        routes.Delete("servicePrincipals/{id}", Access.WriteApplications, Delete);
    }

    private GraphReply Create(GraphRequest request)
    {
        var appId = request.RequiredGuid("appId");
        var application = directory.FindApplication(appId);
        var isUsable =
            application is not null
            && (application.TenantId == request.Tenant.Id || application.IsMultiTenant)
            && replication.IsVisible(application.Id);
        if (!isUsable)
            throw new GraphRefusal(
                GraphError.BadRequest($"The appId '{appId}' of the service principal does not reference a valid application object.")
            );
        if (application!.TenantId == request.Tenant.Id)
            own.Check(request.Caller, application.Id);
        else if (request.Caller.IsAppOnly && !request.Caller.HasAny("Application.ReadWrite.All", "Directory.ReadWrite.All"))
            throw new GraphRefusal(
                GraphError.Denied with
                {
                    Message =
                        "When using this permission, the backing application of the service principal being created must in the local tenant",
                }
            );

        var fresh = new ServicePrincipal(Identifiers.NewUuid(clock), request.Tenant.Id, appId)
        {
            Tags = [],
            CreatedDateTime = clock.GetUtcNow(),
        };
        var principal = (ServicePrincipal)schema.ServicePrincipal.Apply(fresh, request.Json, "appId");
        directory.Write(write =>
        {
            if (directory.FindServicePrincipal(request.Tenant.Id, appId) is not null)
                throw new GraphRefusal(
                    new GraphError(
                        409,
                        "Request_MultipleObjectsWithSameKeyValue",
                        $"The service principal cannot be created, updated, or restored because the service principal name {appId} is already in use."
                    )
                );
            write.Put(directory.ServicePrincipals, principal);
            write.Put(directory.Ownerships, new Ownership(principal.Id, request.Caller.ActorId));
        });
        replication.Created(principal.Id);
        audit.Record(
            request,
            "Add service principal",
            AuditTrail.Applications,
            new Objects.Logs.AuditTarget(principal.Id, "ServicePrincipal", application.DisplayName)
        );
        return views.Single(request, schema.ServicePrincipal, principal, status: 201);
    }

    private GraphReply Change(GraphRequest request)
    {
        var principal = objects.ServicePrincipal(request);
        own.Check(request.Caller, principal.Id);
        var changed = (ServicePrincipal)schema.ServicePrincipal.Apply(principal, request.Json);
        directory.Write(write => write.Put(directory.ServicePrincipals, changed));
        return GraphReply.NoContent;
    }

    private GraphReply Delete(GraphRequest request)
    {
        var principal = objects.ServicePrincipal(request);
        own.Check(request.Caller, principal.Id);
        directory.Write(write => recycleBin.Delete(write, principal));
        audit.Record(
            request,
            "Remove service principal",
            AuditTrail.Applications,
            new Objects.Logs.AuditTarget(principal.Id, "ServicePrincipal", null)
        );
        return GraphReply.NoContent;
    }
}
