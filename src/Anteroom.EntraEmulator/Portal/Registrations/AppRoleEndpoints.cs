using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Portal.Registrations;

/// <summary>App roles: what people, groups and applications can be assigned to.</summary>
internal static class AppRoleEndpoints
{
    private const string Page = "app-roles";

    public static void Map(RouteGroupBuilder registration)
    {
        var page = registration.MapGroup("/app-roles");
        page.MapGet("", (PortalCall call) => ShowAsync(call, null));
        page.MapPost("", AddAsync);
        page.MapPost("/toggle", ToggleAsync);
        page.MapPost("/remove", RemoveAsync);
    }

    private static Task<IResult> ShowAsync(PortalCall call, FieldProblem? problem) =>
        call.ShowAsync<AppRolesPage>(new { View = call.View(Page, problem) });

    private static Task<IResult> AddAsync(PortalCall call)
    {
        var value = call.Text("value");
        if (call.Given("name") is not { } name)
            return ShowAsync(call, PortalCall.Refusal("name", "AppRoles.NameMissing"));
        if (!ExposeApiEndpoints.IsName(value))
            return ShowAsync(call, PortalCall.Refusal("value", "AppRoles.BadValue"));
        if (call.Application.AppRoles.Any(known => known.Value == value))
            return ShowAsync(call, PortalCall.Refusal("value", "AppRoles.ValueTaken", value));
        if (call.Given("description") is not { } description)
            return ShowAsync(call, PortalCall.Refusal("description", "AppRoles.DescriptionMissing"));
        IReadOnlyList<string> members = call.Text("members") switch
        {
            AppRole.ForApplications => [AppRole.ForApplications],
            "Both" => [AppRole.ForUsers, AppRole.ForApplications],
            _ => [AppRole.ForUsers],
        };
        var role = new AppRole(call.NewId(), name, value, call.IsOn("enabled")) { Description = description, AllowedMemberTypes = members };
        return ChangeAsync(call, roles => [.. roles, role]);
    }

    private static Task<IResult> ToggleAsync(PortalCall call)
    {
        var id = call.Text("role");
        return ChangeAsync(
            call,
            roles => [.. roles.Select(role => role.Id.ToString() == id ? role with { IsEnabled = !role.IsEnabled } : role)]
        );
    }

    private static Task<IResult> RemoveAsync(PortalCall call)
    {
        var id = call.Text("role");
        return call.Application.AppRoles.Any(role => role.Id.ToString() == id && role.IsEnabled)
            ? ShowAsync(call, PortalCall.Refusal("", "AppRoles.DisableFirst"))
            : ChangeAsync(call, roles => [.. roles.Where(role => role.Id.ToString() != id)]);
    }

    private static Task<IResult> ChangeAsync(PortalCall call, Func<IReadOnlyList<AppRole>, IReadOnlyList<AppRole>> change) =>
        call.ChangeAsync(known => known with { AppRoles = change(known.AppRoles) }, "value", Page, ShowAsync);
}
