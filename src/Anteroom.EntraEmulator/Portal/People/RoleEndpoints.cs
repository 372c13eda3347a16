using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Portal.People;

/// <summary>Roles and administrators: who holds which directory role, applications among them (graph.md §6.2 asks for one).</summary>
internal static class RoleEndpoints
{
    private const string Section = "roles";

    public static void Map(RouteGroupBuilder tenant)
    {
        var page = tenant.MapGroup("/roles");
        page.MapGet("", (PortalCall call) => ShowAsync(call, null));
        page.MapPost("", AssignAsync);
        page.MapPost("/remove", RemoveAsync);
    }

    private static Task<IResult> ShowAsync(PortalCall call, FieldProblem? problem)
    {
        var rows =
            from assignment in call.Directory.RoleAssignmentsByTenant.Find(call.Tenant.Id.ToString())
            let role = DirectoryRoleTemplate.Find(assignment.RoleTemplateId)?.DisplayName ?? assignment.RoleTemplateId.ToString()
            let name = Principals.NameOf(call.Directory, assignment.PrincipalId)
            orderby role, name
            select new RolesPage.Row(
                assignment.Id,
                role,
                name,
                call.Directory.Users.Find(assignment.PrincipalId) is not null ? "Enterprise.User"
                    : call.Directory.Groups.Find(assignment.PrincipalId) is not null ? "Enterprise.Group"
                    : "Enterprise.Application"
            );
        return call.ShowAsync<RolesPage>(new { View = call.View(Section, problem), Rows = rows.ToList() });
    }

    private static Task<IResult> AssignAsync(PortalCall call)
    {
        if (DirectoryRoleTemplate.Find(call.Text("role")) is not { } role)
            return ShowAsync(call, PortalCall.Refusal("role", "Users.NoRole"));
        var typed = call.Text("principal");
        if (Principals.FindWithApplications(call.Directory, call.Tenant.Id, typed) is not { } principal)
            return ShowAsync(call, PortalCall.Refusal("principal", "Roles.NoPrincipal", typed));
        // A role reaches through groups that were made for it, and through no other.
        if (call.Directory.Groups.Find(principal) is { IsAssignableToRole: false } group)
            return ShowAsync(call, PortalCall.Refusal("principal", "Roles.GroupNotAssignable", group.DisplayName));
        call.Editor.SetRole(call.Tenant.Id, principal, role.Id, held: true);
        return call.SeeAsync(Section);
    }

    private static Task<IResult> RemoveAsync(PortalCall call)
    {
        if (call.Directory.RoleAssignments.Find(call.Text("assignment")) is { } held && held.TenantId == call.Tenant.Id)
            call.Editor.SetRole(call.Tenant.Id, held.PrincipalId, held.RoleTemplateId, held: false);
        return call.SeeAsync(Section);
    }
}
