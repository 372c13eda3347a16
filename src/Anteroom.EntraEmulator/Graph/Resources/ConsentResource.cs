using Anteroom.EntraEmulator.Graph.Schema;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Graph.Resources;

/// <summary>Delegated consent and role assignments: what admin consent does, by API (entra-oidc.md §6.1, graph.md §10).</summary>
internal sealed class ConsentResource(
    EntraDirectory directory,
    GraphSchema schema,
    GraphLists lists,
    GraphViews views,
    GraphObjects objects,
    ConsentRegister register,
    AuditTrail audit
) : IGraphResource
{
    private static readonly Access ReadGrants = Access.Any(
        "DelegatedPermissionGrant.Read.All",
        "DelegatedPermissionGrant.ReadWrite.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All"
    );

    private static readonly Access WriteGrants = Access.Any("DelegatedPermissionGrant.ReadWrite.All", "Directory.ReadWrite.All") with
    {
        Roles = Access.WriteApplications.Roles,
    };

    private static readonly Access Assign = Access.Any("AppRoleAssignment.ReadWrite.All") with
    {
        Roles =
        [
            DirectoryRoleTemplate.GlobalAdministrator,
            DirectoryRoleTemplate.PrivilegedRoleAdministrator,
            DirectoryRoleTemplate.ApplicationAdministrator,
            DirectoryRoleTemplate.CloudApplicationAdministrator,
        ],
    };

    public void Map(GraphRoutes routes)
    {
        routes.List(
            "oauth2PermissionGrants",
            ReadGrants,
            request => lists.Answer(request, schema.Grant, GraphLists.From(GrantsOf(request)))
        );
        routes.Post("oauth2PermissionGrants", WriteGrants, AddGrant);
        routes.Get("oauth2PermissionGrants/{id}", ReadGrants, request => views.Single(request, schema.Grant, Grant(request)));
        routes.Patch("oauth2PermissionGrants/{id}", WriteGrants, ChangeGrant);
        routes.Delete("oauth2PermissionGrants/{id}", WriteGrants, RemoveGrant);
        routes.List(
            "servicePrincipals/{id}/oauth2PermissionGrants",
            ReadGrants,
            request =>
                lists.Answer(
                    request,
                    schema.Grant,
                    GraphLists.From(directory.GrantsOf.Find(objects.ServicePrincipal(request).Id.ToString()))
                )
        );
        routes.List(
            "users/{id}/oauth2PermissionGrants",
            ReadGrants,
            request =>
                objects.User(request).Id is var id
                    ? lists.Answer(request, schema.Grant, GraphLists.From(GrantsOf(request).Where(grant => grant.PrincipalId == id)))
                    : null!
        );

        MapAssignments(routes, "users", "appRoleAssignments", request => objects.User(request).Id, byResource: false);
        MapAssignments(routes, "groups", "appRoleAssignments", request => objects.Group(request).Id, byResource: false);
        MapAssignments(
            routes,
            "servicePrincipals",
            "appRoleAssignments",
            request => objects.ServicePrincipal(request).Id,
            byResource: false
        );
        MapAssignments(routes, "servicePrincipals", "appRoleAssignedTo", request => objects.ServicePrincipal(request).Id, byResource: true);
    }

    private void MapAssignments(GraphRoutes routes, string set, string relation, Func<GraphRequest, Guid> idOf, bool byResource)
    {
        var path = $"{set}/{{id}}/{relation}";
        var read = Access.ReadApplications with
        {
            Delegated = [.. Access.ReadApplications.Delegated, "AppRoleAssignment.ReadWrite.All"],
            Application = [.. Access.ReadApplications.Application, "AppRoleAssignment.ReadWrite.All"],
        };
        var index = byResource ? directory.AssignmentsOf : directory.AssignmentsTo;
        routes.List(path, read, request => lists.Answer(request, schema.Assignment, GraphLists.From(index, idOf(request).ToString())));
        routes.Post(path, Assign, request => AddAssignment(request, idOf(request), byResource));
        routes.Delete(path + "/{assignment}", Assign, request => RemoveAssignment(request, idOf(request), byResource));
    }

    private GraphReply AddAssignment(GraphRequest request, Guid id, bool byResource)
    {
        var (principalId, resourceId, roleId) = (
            request.RequiredGuid("principalId"),
            request.RequiredGuid("resourceId"),
            request.RequiredGuid("appRoleId")
        );
        if ((byResource ? resourceId : principalId) != id)
            throw new GraphRefusal(GraphError.BadRequest("Not a valid reference update."));
        if (objects.Find(request, resourceId) is not ServicePrincipal resource)
            throw new GraphRefusal(GraphError.NotFound(resourceId.ToString()));
        if (objects.Find(request, principalId) is not { } principal || principal is not (User or Group or ServicePrincipal))
            throw new GraphRefusal(GraphError.NotFound(principalId.ToString()));
        CheckRole(resource, principal, roleId);

        var (assignment, isNew) = directory.Write(write =>
        {
            var made = register.Assign(write, resourceId, principalId, roleId);
            return (made, !write.IsEmpty);
        });
        if (!isNew)
            throw new GraphRefusal(
                GraphError.BadRequest("Permission being assigned already exists on the object") with
                {
                    Details = [("InvalidUpdate", "InvalidUpdate")],
                }
            );
        audit.Record(
            request,
            principal is ServicePrincipal ? "Add app role assignment to service principal" : "Add app role assignment grant to user",
            AuditTrail.Applications,
            new Objects.Logs.AuditTarget(principalId, schema.TypeOf(principal).ResourceName, null)
        );
        return views.Single(request, schema.Assignment, assignment, status: 201);
    }

    private void CheckRole(ServicePrincipal resource, object principal, Guid roleId)
    {
        if (roleId == Guid.Empty)
            return; // default access
        var wanted = principal is ServicePrincipal ? AppRole.ForApplications : AppRole.ForUsers;
        var role = directory.ApplicationOf(resource)?.AppRoles.FirstOrDefault(known => known.Id == roleId);
        if (role is not { IsEnabled: true } || !role.AllowedMemberTypes.Contains(wanted))
            throw new GraphRefusal(GraphError.BadRequest($"Permission being assigned was not found on application '{resource.AppId}'."));
    }

    private GraphReply RemoveAssignment(GraphRequest request, Guid id, bool byResource)
    {
        var found = directory.Assignments.Find(request["assignment"]);
        if (found is null || (byResource ? found.ServicePrincipalId : found.PrincipalId) != id)
            throw new GraphRefusal(GraphError.NotFound(request["assignment"]));
        directory.Write(write => write.Remove(directory.Assignments, found.Id));
        return GraphReply.NoContent;
    }

    private GraphReply AddGrant(GraphRequest request)
    {
        var (clientId, resourceId) = (request.RequiredGuid("clientId"), request.RequiredGuid("resourceId"));
        var isForAll = request.Text("consentType") switch
        {
            "AllPrincipals" => true,
            "Principal" => false,
            _ => throw new GraphRefusal(GraphError.InvalidValue("consentType")),
        };
        Guid? principalId = isForAll ? null : request.RequiredGuid("principalId");
        if (isForAll && request.Text("principalId") is not null)
            throw new GraphRefusal(GraphError.InvalidValue("principalId"));
        foreach (var id in new[] { clientId, resourceId })
        {
            if (objects.Find(request, id) is not ServicePrincipal)
                throw new GraphRefusal(GraphError.NotFound(id.ToString()));
        }
        if (principalId is { } userId && objects.Find(request, userId) is not User)
            throw new GraphRefusal(GraphError.NotFound(userId.ToString()));

        var grant = new OAuth2PermissionGrant(ObjectKeys.New(), clientId, principalId, resourceId, request.Text("scope")?.Trim() ?? "");
        directory.Write(write =>
        {
            if (
                directory
                    .GrantsOf.Find(clientId.ToString())
                    .Any(other => other.ResourceId == resourceId && other.PrincipalId == principalId)
            )
                throw new GraphRefusal(new GraphError(409, "Request_MultipleObjectsWithSameKeyValue", "Permission entry already exists."));
            write.Put(directory.Grants, grant);
        });
        audit.Record(
            request,
            "Add delegated permission grant",
            AuditTrail.Applications,
            new Objects.Logs.AuditTarget(clientId, "ServicePrincipal", null)
        );
        return views.Single(request, schema.Grant, grant, status: 201);
    }

    private GraphReply ChangeGrant(GraphRequest request)
    {
        var changed = (OAuth2PermissionGrant)schema.Grant.Apply(Grant(request), request.Json);
        directory.Write(write => write.Put(directory.Grants, changed));
        return GraphReply.NoContent;
    }

    private GraphReply RemoveGrant(GraphRequest request)
    {
        var grant = Grant(request);
        directory.Write(write => write.Remove(directory.Grants, grant.Id));
        audit.Record(
            request,
            "Remove delegated permission grant",
            AuditTrail.Applications,
            new Objects.Logs.AuditTarget(grant.ClientId, "ServicePrincipal", null)
        );
        return GraphReply.NoContent;
    }

    private IEnumerable<OAuth2PermissionGrant> GrantsOf(GraphRequest request) =>
        directory
            .ServicePrincipalsByTenant.Find(request.TenantKey)
            .SelectMany(principal => directory.GrantsOf.Find(principal.Id.ToString()));

    private OAuth2PermissionGrant Grant(GraphRequest request) =>
        directory.Grants.Find(request["id"]) is { } grant && directory.ServicePrincipals.Find(grant.ClientId)?.TenantId == request.Tenant.Id
            ? grant
            : throw new GraphRefusal(GraphError.NotFound(request["id"]));
}
