using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Resources;

namespace Anteroom.EntraEmulator.Portal;

/// <summary>Enterprise applications: properties, users and groups.</summary>
internal static class EnterprisePortal
{
    public static void Map(IEndpointRouteBuilder portal)
    {
        portal.MapGet("/{tenant:guid}/enterprise-applications", ListAsync);
        portal.MapGet("/{tenant:guid}/enterprise-applications/{appId:guid}", PropertiesAsync);
        portal.MapPost("/{tenant:guid}/enterprise-applications/{appId:guid}", SaveAsync);
        portal.MapGet("/{tenant:guid}/enterprise-applications/{appId:guid}/users-and-groups", AssignmentsAsync);
        portal.MapPost("/{tenant:guid}/enterprise-applications/{appId:guid}/users-and-groups", AssignAsync);
        portal.MapPost("/{tenant:guid}/enterprise-applications/{appId:guid}/users-and-groups/remove", RemoveAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext http, Guid tenant, EntraDirectory directory, PortalPages pages)
    {
        if (directory.Tenants.Find(tenant) is not { } home)
            return await pages.NotFoundAsync(http);
        var principals =
            from principal in directory.ServicePrincipals.All
            where principal.TenantId == tenant
            let application = directory.FindApplication(principal.AppId)
            where application is not null
            orderby application.DisplayName
            select new KeyValuePair<ServicePrincipal, Application>(principal, application);
        return await pages.RenderAsync<EnterpriseListPage>(
            http,
            new { View = pages.View(http, "enterprise", home), Principals = principals.ToList() }
        );
    }

    private static async Task<IResult> PropertiesAsync(
        HttpContext http,
        Guid tenant,
        Guid appId,
        EntraDirectory directory,
        PortalPages pages
    ) =>
        directory.FindServicePrincipal(tenant, appId) is not { } principal
            ? await pages.NotFoundAsync(http)
            : await pages.RenderAsync<EnterprisePropertiesPage>(
                http,
                new { View = View(http, pages, directory, principal, "enterprise-properties"), Principal = principal }
            );

    private static async Task<IResult> SaveAsync(
        HttpContext http,
        Guid tenant,
        Guid appId,
        EntraDirectory directory,
        PortalPages pages,
        CancellationToken ct
    )
    {
        var form = await http.Request.ReadFormAsync(ct);
        var isKnown = directory.Write(changes =>
        {
            if (directory.FindServicePrincipal(tenant, appId) is not { } principal)
                return false;
            changes.Put(
                directory.ServicePrincipals,
                principal with
                {
                    AccountEnabled = form["enabled"] == "yes",
                    AppRoleAssignmentRequired = form["required"] == "yes",
                }
            );
            return true;
        });
        return isKnown ? PortalPages.See($"/portal/{tenant}/enterprise-applications/{appId}?saved=1") : await pages.NotFoundAsync(http);
    }

    private static async Task<IResult> AssignmentsAsync(
        HttpContext http,
        Guid tenant,
        Guid appId,
        EntraDirectory directory,
        PortalPages pages,
        string? problem = null
    )
    {
        if (directory.FindServicePrincipal(tenant, appId) is not { } principal)
            return await pages.NotFoundAsync(http);
        var roles = directory.FindApplication(appId)!.AppRoles.ToDictionary(role => role.Id, role => role.DisplayName);
        var rows = directory
            .AssignmentsOf.Find(principal.Id.ToString())
            .Select(assignment =>
            {
                var user = directory.Users.Find(assignment.PrincipalId);
                return new EnterpriseUsersPage.AssignmentRow(
                    assignment.Id,
                    user?.DisplayName ?? directory.Groups.Find(assignment.PrincipalId)?.DisplayName ?? assignment.PrincipalId.ToString(),
                    Texts.Get(user is null ? "Enterprise.Group" : "Enterprise.User"),
                    roles.GetValueOrDefault(assignment.AppRoleId) ?? Texts.Get("Enterprise.DefaultAccess")
                );
            })
            .OrderBy(row => row.Name);
        var view = View(http, pages, directory, principal, "enterprise-users") with { Problem = problem };
        return await pages.RenderAsync<EnterpriseUsersPage>(http, new { View = view, Assignments = rows.ToList() });
    }

    private static async Task<IResult> AssignAsync(
        HttpContext http,
        Guid tenant,
        Guid appId,
        EntraDirectory directory,
        DirectoryEditor editor,
        PortalPages pages,
        CancellationToken ct
    )
    {
        if (directory.FindServicePrincipal(tenant, appId) is not { } principal)
            return await pages.NotFoundAsync(http);
        var form = await http.Request.ReadFormAsync(ct);
        var typed = form["principal"].ToString().Trim();
        if (PeoplePortal.FindPrincipal(directory, tenant, typed) is not { } principalId)
            return await AssignmentsAsync(http, tenant, appId, directory, pages, Texts.Get("Enterprise.NoPrincipal", typed));
        editor.Assign(principal, principalId, Guid.TryParse(form["role"], out var role) ? role : Guid.Empty);
        return PortalPages.See($"/portal/{tenant}/enterprise-applications/{appId}/users-and-groups?saved=1");
    }

    private static async Task<IResult> RemoveAsync(
        HttpContext http,
        Guid tenant,
        Guid appId,
        EntraDirectory directory,
        CancellationToken ct
    )
    {
        var form = await http.Request.ReadFormAsync(ct);
        directory.Write(changes => changes.Remove(directory.Assignments, form["assignment"].ToString()));
        return PortalPages.See($"/portal/{tenant}/enterprise-applications/{appId}/users-and-groups?saved=1");
    }

    private static PortalView View(
        HttpContext http,
        PortalPages pages,
        EntraDirectory directory,
        ServicePrincipal principal,
        string section
    ) => pages.View(http, section, directory.Tenants.Find(principal.TenantId), directory.FindApplication(principal.AppId));
}
