using Anteroom.EntraEmulator.Graph.Schema;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Resources;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Graph.Resources;

/// <summary>App registrations (graph.md §10, entra-oidc.md §8).</summary>
internal sealed class ApplicationResource(
    EntraDirectory directory,
    GraphSchema schema,
    GraphLists lists,
    GraphViews views,
    GraphObjects objects,
    OwnApplications own,
    DirectoryEditor editor,
    Replication replication,
    AuditTrail audit,
    TimeProvider clock
) : IGraphResource
{
    public void Map(GraphRoutes routes)
    {
        routes.List("applications", Access.ReadApplications, List, cost: 2);
        routes.Post("applications", Access.WriteApplications, Create);
        routes.Get(
            "applications/{id}",
            Access.ReadApplications,
            request => views.Single(request, schema.Application, objects.Application(request)),
            cost: 2
        );
        routes.Patch("applications/{id}", Access.WriteApplications, Change);
        routes.Delete("applications/{id}", Access.WriteApplications, Delete);
    }

    private GraphReply List(GraphRequest request) =>
        lists.Answer(
            request,
            schema.Application,
            after =>
                GraphLists
                    .From(directory.ApplicationsByTenant, request.TenantKey)(after)
                    .Where(found => replication.IsVisible(((Application)found.Row).Id))
        );

    private GraphReply Create(GraphRequest request)
    {
        if (request.Text("displayName") is not { Length: > 0 } name)
            throw new GraphRefusal(GraphError.BadRequest("A value is required for property 'displayName' of resource 'Application'."));
        if (request.Json.ContainsKey("passwordCredentials"))
            throw new GraphRefusal(GraphError.ReadOnly("passwordCredentials"));
        var fresh = new Application(Identifiers.NewUuid(clock), Identifiers.NewUuid(clock), request.Tenant.Id, name)
        {
            // What the service takes when nothing is said; callers who want one tenant must say so (graph.md §10).
            SignInAudience = Application.MultiTenantAndPersonal,
            CreatedDateTime = clock.GetUtcNow(),
        };
        var application = (Application)schema.Application.Apply(fresh, request.Json, "displayName");
        var added = Value(editor.Add(application));
        directory.Write(write => write.Put(directory.Ownerships, new Ownership(added.Id, request.Caller.ActorId)));
        replication.Created(added.Id);
        audit.Record(request, "Add application", AuditTrail.Applications, AuditTrail.Target(added));
        return views.Single(request, schema.Application, added, status: 201);
    }

    private GraphReply Change(GraphRequest request)
    {
        var application = objects.Application(request);
        own.Check(request.Caller, application.Id);
        var changed = Value(editor.Change(application.Id, current => (Application)schema.Application.Apply(current, request.Json)));
        audit.Record(request, "Update application", AuditTrail.Applications, AuditTrail.Changed(AuditTrail.Target(changed), request.Json));
        return GraphReply.NoContent;
    }

    private GraphReply Delete(GraphRequest request)
    {
        var application = objects.Application(request);
        own.Check(request.Caller, application.Id);
        editor.Delete(application);
        audit.Record(request, "Delete application", AuditTrail.Applications, AuditTrail.Target(application));
        return GraphReply.NoContent;
    }

    private static Application Value(Result<Application, EditProblem> result) =>
        result.TryGet(out var application, out var problem)
            ? application
            : throw new GraphRefusal(GraphError.BadRequest(Texts.Get(problem.Key, GraphError.Short(problem.Value))));
}
