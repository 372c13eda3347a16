using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Portal.Enterprise;

/// <summary>Enterprise applications: the list, Overview, Properties, and Users and groups.</summary>
internal static class EnterpriseEndpoints
{
    private const string HideApp = "HideApp";

    public static void Map(RouteGroupBuilder tenant)
    {
        tenant.MapGet("/enterprise-applications", ListAsync);
        ApprovalEndpoints.Map(tenant);
        var one = tenant.MapGroup("/enterprise-applications/{appId:guid}").Requires(call => call.FindEnterprise());
        one.MapGet("", PropertiesAsync);
        one.MapPost("", SaveAsync);
        one.MapPost("/delete", DeleteAsync);
        one.MapGet("/overview", OverviewAsync);
        one.MapGet("/users-and-groups", (PortalCall call) => AssignmentsAsync(call, null));
        one.MapPost("/users-and-groups", AssignAsync);
        one.MapPost("/users-and-groups/remove", UnassignAsync);
        ConsentEndpoints.Map(one);
        SignInLogEndpoints.Map(one);
    }

    private static Task<IResult> ListAsync(PortalCall call)
    {
        var wanted = call.Query("q");
        var rows =
            from principal in call.Directory.ServicePrincipalsByTenant.Find(call.Tenant.Id.ToString())
            let application = call.Directory.ApplicationOf(principal)
            where application is not null
            where
                wanted.Length == 0
                || SearchWords.Meet(wanted, application.DisplayName, application.AppId.ToString(), principal.Id.ToString())
            select (principal, application);
        return call.ShowAsync<EnterpriseListPage>(
            new
            {
                View = call.View("enterprise-applications"),
                List = ListPages.Read(call, rows, row => new(row.application.DisplayName, row.principal.Id.ToString())),
                Wanted = wanted,
            }
        );
    }

    private static Task<IResult> OverviewAsync(PortalCall call)
    {
        var id = call.Principal.Id.ToString();
        return call.ShowAsync<EnterpriseOverviewPage>(
            new
            {
                View = call.View("enterprise-overview"),
                call.Principal,
                Home = call.Directory.Tenants.Find(call.Application.TenantId),
                Assigned = call.Directory.AssignmentsOf.Find(id).Count(),
                Consents = call.Directory.GrantsOf.Find(id).Count() + call.Directory.AssignmentsTo.Find(id).Count(),
            }
        );
    }

    private static Task<IResult> PropertiesAsync(PortalCall call) =>
        call.ShowAsync<EnterprisePropertiesPage>(new { View = call.View("enterprise-properties"), call.Principal });

    private static Task<IResult> SaveAsync(PortalCall call)
    {
        call.Enterprise.Change(
            call.Tenant.Id,
            call.Application.AppId,
            current =>
                current with
                {
                    AccountEnabled = call.Text("enabled") == "yes",
                    AppRoleAssignmentRequired = call.Text("required") == "yes",
                    Tags =
                    [
                        .. current.Tags.Where(tag => tag != HideApp),
                        .. call.Text("visible") == "no" ? [HideApp] : Array.Empty<string>(),
                    ],
                    Notes = call.Given("notes"),
                }
        );
        return call.SeeAsync($"enterprise-applications/{call.Application.AppId}");
    }

    private static Task<IResult> DeleteAsync(PortalCall call)
    {
        call.Enterprise.Delete(call.Principal);
        return call.SeeAsync("enterprise-applications");
    }

    private static Task<IResult> AssignmentsAsync(PortalCall call, FieldProblem? problem)
    {
        var roles = call.Application.AppRoles.ToDictionary(role => role.Id, role => role.DisplayName);
        var rows = call
            .Directory.AssignmentsOf.Find(call.Principal.Id.ToString())
            .Select(assignment => new EnterpriseUsersPage.Row(
                assignment.Id,
                Principals.NameOf(call.Directory, assignment.PrincipalId),
                call.Directory.Users.Find(assignment.PrincipalId) is not null ? "Enterprise.User"
                    : call.Directory.Groups.Find(assignment.PrincipalId) is not null ? "Enterprise.Group"
                    : "Enterprise.Application",
                roles.GetValueOrDefault(assignment.AppRoleId)
            ))
            .OrderBy(row => row.Name, StringComparer.OrdinalIgnoreCase);
        return call.ShowAsync<EnterpriseUsersPage>(new { View = call.View("enterprise-users", problem), Rows = rows.ToList() });
    }

    private static Task<IResult> AssignAsync(PortalCall call)
    {
        var typed = call.Text("principal");
        if (Principals.Find(call.Directory, call.Tenant.Id, typed) is not { } principal)
            return AssignmentsAsync(call, PortalCall.Refusal("principal", "Enterprise.NoPrincipal", typed));
        var role = Guid.TryParse(call.Text("role"), out var id) ? id : Guid.Empty;
        if (role != Guid.Empty && call.Application.AppRoles.All(known => known.Id != role))
            return AssignmentsAsync(call, PortalCall.Refusal("role", "Enterprise.NoRole"));
        call.Enterprise.Assign(call.Principal, principal, role);
        return call.SeeAsync($"enterprise-applications/{call.Application.AppId}/users-and-groups");
    }

    private static Task<IResult> UnassignAsync(PortalCall call)
    {
        // One that somebody else took away in the meantime is gone as well.
        _ = call.Enterprise.Unassign(call.Principal, call.Text("assignment"));
        return call.SeeAsync($"enterprise-applications/{call.Application.AppId}/users-and-groups");
    }
}
