using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Objects.ConditionalAccess;
using Anteroom.EntraEmulator.Resources;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Portal.Protection;

/// <summary>Named locations: networks that Conditional Access policies name.</summary>
internal static class LocationEndpoints
{
    public static void Map(RouteGroupBuilder tenant)
    {
        var page = tenant.MapGroup("/conditional-access/named-locations");
        page.MapGet("", (PortalCall call) => ShowAsync(call, null));
        page.MapPost("", AddAsync);
        page.MapPost("/remove", RemoveAsync);
    }

    private static Task<IResult> ShowAsync(PortalCall call, FieldProblem? problem) =>
        call.ShowAsync<LocationsPage>(
            new
            {
                View = call.View("conditional-access", problem) with
                {
                    Subject = Texts.Get("Access.Locations"),
                },
                Locations = call
                    .Directory.LocationsByTenant.Find(call.Tenant.Id.ToString())
                    .OrderBy(known => known.DisplayName, StringComparer.OrdinalIgnoreCase)
                    .ToList(),
            }
        );

    private static Task<IResult> AddAsync(PortalCall call)
    {
        if (call.Given("name") is not { } name)
            return ShowAsync(call, PortalCall.Refusal("name", "Access.LocationNameMissing"));
        var ranges = call.Text("ranges").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (ranges.Length == 0)
            return ShowAsync(call, PortalCall.Refusal("ranges", "Access.RangesMissing"));
        var location = new NamedLocation(call.NewId(), call.Tenant.Id, name, ranges)
        {
            IsTrusted = call.IsOn("trusted"),
            CreatedDateTime = call.Now,
        };
        return SeeAsync(call, call.Access.Save(location), "ranges");
    }

    private static Task<IResult> RemoveAsync(PortalCall call) =>
        call.Directory.NamedLocations.Find(call.Text("location")) is { } location && location.TenantId == call.Tenant.Id
            ? SeeAsync(call, call.Access.Delete(location), "")
            : call.NotFoundAsync();

    private static Task<IResult> SeeAsync(PortalCall call, Result<NamedLocation, EditProblem> changed, string field) =>
        changed.TryGet(out _, out var problem)
            ? call.SeeAsync("conditional-access/named-locations")
            : ShowAsync(call, PortalCall.Refusal(field, problem));
}
