using Anteroom.EntraEmulator.Graph.Schema;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Graph.Resources;

/// <summary>Directory roles: activated ones, their templates and holders; also by <c>roleManagement/directory</c>. Roles do not page (graph.md §4.3).</summary>
internal sealed class RoleResource(
    EntraDirectory directory,
    GraphSchema schema,
    GraphLists lists,
    GraphViews views,
    GraphObjects objects,
    DirectoryEditor editor,
    AuditTrail audit
) : IGraphResource
{
    private static readonly Access Read = Access.Any(
        "RoleManagement.Read.Directory",
        "RoleManagement.ReadWrite.Directory",
        "Directory.Read.All",
        "Directory.ReadWrite.All"
    );

    private static readonly Access Write = Access.Any("RoleManagement.ReadWrite.Directory") with
    {
        Roles = [DirectoryRoleTemplate.GlobalAdministrator, DirectoryRoleTemplate.PrivilegedRoleAdministrator],
    };

    public void Map(GraphRoutes routes)
    {
        routes.List(
            "directoryRoleTemplates",
            Read,
            request => lists.Answer(request, schema.RoleTemplate, GraphLists.From(DirectoryRoleTemplate.All), paged: false)
        );
        routes.Get("directoryRoleTemplates/{id}", Read, request => views.Single(request, schema.RoleTemplate, Template(request["id"])));
        routes.List(
            "directoryRoles",
            Read,
            request =>
                lists.Answer(
                    request,
                    schema.DirectoryRole,
                    GraphLists.From(directory.DirectoryRolesByTenant, request.TenantKey),
                    paged: false
                )
        );
        routes.Post("directoryRoles", Write, Activate);
        routes.Get("directoryRoles/{id}", Read, request => views.Single(request, schema.DirectoryRole, objects.Role(request)));
        routes.List("directoryRoles/{id}/members", Read, Members);
        routes.Post("directoryRoles/{id}/members/$ref", Write, AddMember);
        routes.Delete("directoryRoles/{id}/members/{member}/$ref", Write, RemoveMember);

        const string Definitions = "roleManagement/directory/roleDefinitions";
        routes.List(Definitions, Read, request => lists.Answer(request, schema.RoleDefinition, GraphLists.From(DirectoryRoleTemplate.All)));
        routes.Get(Definitions + "/{id}", Read, request => views.Single(request, schema.RoleDefinition, Template(request["id"])));
        const string Assignments = "roleManagement/directory/roleAssignments";
        routes.List(
            Assignments,
            Read,
            request => lists.Answer(request, schema.RoleAssignment, GraphLists.From(directory.RoleAssignmentsByTenant, request.TenantKey))
        );
        routes.Post(Assignments, Write, AddAssignment);
        routes.Get(Assignments + "/{id}", Read, request => views.Single(request, schema.RoleAssignment, Assignment(request)));
        routes.Delete(Assignments + "/{id}", Write, RemoveAssignment);
    }

    private static DirectoryRoleTemplate Template(string id) =>
        (Guid.TryParse(id, out var template) ? DirectoryRoleTemplate.Find(template) : null)
        ?? throw new GraphRefusal(GraphError.NotFound(id));

    private GraphReply Activate(GraphRequest request)
    {
        var template = Template(request.Text("roleTemplateId") ?? "");
        var (role, isNew) = directory.Write(write =>
        {
            var made = editor.Activate(write, request.Tenant.Id, template.Id);
            return (made, !write.IsEmpty);
        });
        if (!isNew)
            throw new GraphRefusal(
                GraphError.BadRequest("A conflicting object with one or more of the specified property values is present in the directory.")
            );
        return views.Single(request, schema.DirectoryRole, role, status: 201);
    }

    private GraphReply Members(GraphRequest request)
    {
        var role = objects.Role(request);
        var holders = directory
            .RoleAssignmentsByTenant.Find(request.TenantKey)
            .Where(assignment => assignment.RoleTemplateId == role.RoleTemplateId)
            .Select(assignment => objects.Find(request, assignment.PrincipalId))
            .OfType<object>();
        return lists.AnswerMixed(request, GraphLists.From(holders));
    }

    private GraphReply AddMember(GraphRequest request)
    {
        var role = objects.Role(request);
        var member = GraphObjects.IdOf(objects.Referenced(request, request.Text("@odata.id")));
        if (directory.RoleAssignmentsOf.Find(member.ToString()).Any(held => held.RoleTemplateId == role.RoleTemplateId))
            throw new GraphRefusal(
                GraphError.BadRequest("One or more added object references already exist for the following modified properties: 'members'.")
            );
        editor.SetRole(request.Tenant.Id, member, role.RoleTemplateId, held: true);
        audit.Record(request, "Add member to role", AuditTrail.Roles, new Objects.Logs.AuditTarget(member, "User", null));
        return GraphReply.NoContent;
    }

    private GraphReply RemoveMember(GraphRequest request)
    {
        var role = objects.Role(request);
        if (
            !Guid.TryParse(request["member"], out var member)
            || directory.RoleAssignmentsOf.Find(member.ToString()).All(held => held.RoleTemplateId != role.RoleTemplateId)
        )
            throw new GraphRefusal(GraphError.NotFound(request["member"]));
        editor.SetRole(request.Tenant.Id, member, role.RoleTemplateId, held: false);
        audit.Record(request, "Remove member from role", AuditTrail.Roles, new Objects.Logs.AuditTarget(member, "User", null));
        return GraphReply.NoContent;
    }

    private GraphReply AddAssignment(GraphRequest request)
    {
        var template = Template(request.Text("roleDefinitionId") ?? "");
        var principalId = request.RequiredGuid("principalId");
        if (request.Text("directoryScopeId") is not (null or "/"))
            throw new GraphRefusal(GraphError.InvalidValue("directoryScopeId"));
        if (objects.Find(request, principalId) is null)
            throw new GraphRefusal(GraphError.NotFound(principalId.ToString()));
        if (Held(principalId, template.Id) is not null)
            throw new GraphRefusal(
                GraphError.BadRequest("A conflicting object with one or more of the specified property values is present in the directory.")
            );
        editor.SetRole(request.Tenant.Id, principalId, template.Id, held: true);
        audit.Record(request, "Add member to role", AuditTrail.Roles, new Objects.Logs.AuditTarget(principalId, "User", null));
        return views.Single(request, schema.RoleAssignment, Held(principalId, template.Id)!, status: 201);
    }

    private GraphReply RemoveAssignment(GraphRequest request)
    {
        var assignment = Assignment(request);
        editor.SetRole(request.Tenant.Id, assignment.PrincipalId, assignment.RoleTemplateId, held: false);
        return GraphReply.NoContent;
    }

    private RoleAssignment? Held(Guid principalId, Guid template) =>
        directory.RoleAssignmentsOf.Find(principalId.ToString()).FirstOrDefault(held => held.RoleTemplateId == template);

    private RoleAssignment Assignment(GraphRequest request) =>
        directory.RoleAssignments.Find(request["id"]) is { } assignment && assignment.TenantId == request.Tenant.Id
            ? assignment
            : throw new GraphRefusal(GraphError.NotFound(request["id"]));
}
