using System.Net;
using Anteroom.EntraEmulator.Objects.ConditionalAccess;
using Anteroom.EntraEmulator.Resources;

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
        if (Array.Find(ranges, range => !IPNetwork.TryParse(range, out _)) is { } wrong)
            return ShowAsync(call, PortalCall.Refusal("ranges", "Access.BadRange", wrong));
        var location = new NamedLocation(call.NewId(), call.Tenant.Id, name, ranges)
        {
            IsTrusted = call.IsOn("trusted"),
            CreatedDateTime = call.Now,
        };
        call.Directory.Write(changes => changes.Put(call.Directory.NamedLocations, location));
        return call.SeeAsync("conditional-access/named-locations");
    }

    /// <summary>One that a policy names stays: the policy would apply somewhere else without anybody having said so.</summary>
    private static Task<IResult> RemoveAsync(PortalCall call)
    {
        var id = call.Text("location");
        if (call.Directory.NamedLocations.Find(id)?.TenantId != call.Tenant.Id)
            return call.NotFoundAsync();
        var user = call
            .Directory.PoliciesByTenant.Find(call.Tenant.Id.ToString())
            .FirstOrDefault(policy =>
                policy.Conditions.Locations is { } locations && locations.IncludeLocations.Concat(locations.ExcludeLocations).Contains(id)
            );
        if (user is not null)
            return ShowAsync(call, PortalCall.Refusal("", "Access.LocationInUse", user.DisplayName));
        call.Directory.Write(changes => changes.Remove(call.Directory.NamedLocations, id));
        return call.SeeAsync("conditional-access/named-locations");
    }
}
