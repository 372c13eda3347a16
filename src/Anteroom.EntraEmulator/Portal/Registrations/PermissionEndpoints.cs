using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Portal.Registrations;

/// <summary>API permissions: what the application asks for, what of it the tenant has consented to, and admin consent.</summary>
internal static class PermissionEndpoints
{
    private const string Page = "api-permissions";

    public static void Map(RouteGroupBuilder registration)
    {
        var page = registration.MapGroup("/api-permissions");
        page.MapGet("", (PortalCall call) => ShowAsync(call, null));
        page.MapPost("/remove", RemoveAsync);
        page.MapPost("/grant", GrantAsync);
        page.MapGet("/add", ChooseApiAsync);
        page.MapGet("/add/{resource:guid}", (PortalCall call) => ChooseAsync(call, null));
        page.MapPost("/add/{resource:guid}", AddAsync);
    }

    private static Task<IResult> ShowAsync(PortalCall call, FieldProblem? problem) =>
        call.ShowAsync<ApiPermissionsPage>(
            new
            {
                View = call.View(Page, problem),
                Configured = PermissionRows.Configured(call.Directory, call.Application, call.FindPrincipal()),
                Others = PermissionRows.Others(call.Directory, call.Application, call.FindPrincipal()),
            }
        );

    private static Task<IResult> RemoveAsync(PortalCall call)
    {
        // One button carries api, kind and id: "resource/Scope/permission".
        var parts = call.Text("permission").Split('/');
        if (parts.Length != 3 || !Guid.TryParse(parts[0], out var resource) || !Guid.TryParse(parts[2], out var permission))
            return call.NotFoundAsync();
        return call.ChangeAsync(known => known.WithoutPermission(resource, permission, parts[1]), "", Page, ShowAsync);
    }

    private static Task<IResult> GrantAsync(PortalCall call)
    {
        call.Enterprise.GrantAdminConsent(call.Tenant, call.Application);
        return call.SeeAsync($"app-registrations/{call.Application.AppId}/{Page}");
    }

    private static Task<IResult> ChooseApiAsync(PortalCall call) =>
        call.ShowAsync<ChooseApiPage>(
            new
            {
                View = call.View(Page),
                Own = call
                    .Directory.ApplicationsByTenant.Find(call.Tenant.Id.ToString())
                    .Where(known => known.Api.Oauth2PermissionScopes.Count > 0 || known.AppRoles.Any(IsForApplications))
                    .OrderBy(known => known.DisplayName, StringComparer.OrdinalIgnoreCase)
                    .ToList(),
            }
        );

    private static Task<IResult> ChooseAsync(PortalCall call, FieldProblem? problem)
    {
        if (FindResource(call) is not { } resource)
            return call.NotFoundAsync();
        var isRole = (problem is null ? call.Query("type") : call.Text("type")) == "application";
        var asked = call
            .Application.RequiredResourceAccess.Where(known => known.ResourceAppId == resource.AppId)
            .SelectMany(known => known.ResourceAccess)
            .Select(access => access.Id)
            .ToHashSet();
        var wanted = call.Query("q");
        return call.ShowAsync<ChoosePermissionsPage>(
            new
            {
                View = call.View(Page, problem),
                Resource = resource,
                IsRole = isRole,
                Wanted = wanted,
                Choices = PermissionRows
                    .Offered(resource, isRole)
                    .Where(row => row.Name.Contains(wanted, StringComparison.OrdinalIgnoreCase))
                    .OrderBy(row => row.Name, StringComparer.OrdinalIgnoreCase)
                    .ToList(),
                Asked = asked,
            }
        );
    }

    private static Task<IResult> AddAsync(PortalCall call)
    {
        if (FindResource(call) is not { } resource)
            return call.NotFoundAsync();
        var isRole = call.Text("type") == "application";
        var offered = PermissionRows.Offered(resource, isRole).Select(row => row.Id).ToHashSet();
        var chosen = call.Chosen("permission")
            .Select(value => Guid.TryParse(value, out var id) ? id : Guid.Empty)
            .Where(offered.Contains)
            .Select(id => new ResourceAccess(id, isRole ? ResourceAccess.Role : ResourceAccess.Scope))
            .ToList();
        return chosen.Count == 0
            ? ChooseAsync(call, PortalCall.Refusal("", "Permissions.NothingChosen"))
            : call.ChangeAsync(known => known.WithPermissions(resource.AppId, chosen), "", Page, ShowAsync);
    }

    private static Application? FindResource(PortalCall call)
    {
        var id = call.Id("resource");
        if (id == MicrosoftGraph.AppId)
            return MicrosoftGraph.Application;
        return call.Directory.FindApplication(id) is { } own && own.TenantId == call.Tenant.Id ? own : null;
    }

    private static bool IsForApplications(AppRole role) => role.AllowedMemberTypes.Contains(AppRole.ForApplications);
}
