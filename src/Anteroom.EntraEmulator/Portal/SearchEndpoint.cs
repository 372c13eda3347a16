using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Storage;

namespace Anteroom.EntraEmulator.Portal;

/// <summary>The search at the top: places by their present and former names, and in a tenant its people, groups and applications.</summary>
internal static class SearchEndpoint
{
    private const int MostPerKind = 20;

    public static void MapHome(IEndpointRouteBuilder portal) => portal.MapGet("/search", SearchHomeAsync);

    public static void Map(RouteGroupBuilder tenant) => tenant.MapGet("/search", SearchAsync);

    /// <summary>Outside of a tenant: a place in each of them.</summary>
    private static Task<IResult> SearchHomeAsync(PortalCall call)
    {
        var wanted = call.Query("for");
        var places = PortalPlaces.Find(wanted).ToList();
        var hits =
            from tenant in call.Directory.Tenants.All.OrderBy(tenant => tenant.DisplayName)
            from place in places
            select Hit(tenant, place, tenant.DisplayName);
        return ShowAsync(call, "tenants", wanted, ("Search.Services", [.. hits.Take(MostPerKind)]));
    }

    private static Task<IResult> SearchAsync(PortalCall call)
    {
        var wanted = call.Query("for");
        var (directory, tenant, root) = (call.Directory, call.Tenant.Id.ToString(), $"/portal/{call.Tenant.Id}");
        var people = Find(directory.UsersByWord, tenant, wanted)
            .Select(user => new SearchPage.Hit($"{root}/users/{user.Id}", user.DisplayName, user.UserPrincipalName));
        var groups = Find(directory.GroupsByWord, tenant, wanted)
            .Select(group => new SearchPage.Hit($"{root}/groups/{group.Id}", group.DisplayName, group.Id.ToString()));
        var registrations = Find(directory.ApplicationsByWord, tenant, wanted)
            .Select(known => new SearchPage.Hit($"{root}/app-registrations/{known.AppId}", known.DisplayName, known.AppId.ToString()));
        var enterprise =
            from principal in directory.ServicePrincipalsByTenant.Find(tenant)
            let application = directory.ApplicationOf(principal)
            where
                application is not null
                && SearchWords.Meet(wanted, application.DisplayName, application.AppId.ToString(), principal.Id.ToString())
            select new SearchPage.Hit(
                $"{root}/enterprise-applications/{principal.AppId}",
                application.DisplayName,
                principal.AppId.ToString()
            );
        return ShowAsync(
            call,
            "search",
            wanted,
            ("Search.Services", [.. PortalPlaces.Find(wanted).Select(place => Hit(call.Tenant, place, ""))]),
            ("Portal.Users", [.. ById(call, wanted, "users"), .. people]),
            ("Portal.Groups", [.. ById(call, wanted, "groups"), .. groups]),
            ("Portal.Registrations", [.. registrations]),
            ("Portal.Enterprise", [.. enterprise.Take(MostPerKind)])
        );
    }

    private static IEnumerable<T> Find<T>(OrderedIndex<T> index, string tenant, string wanted)
        where T : class => wanted.Length == 0 ? [] : index.From(tenant, wanted, NameKey.Start).Take(MostPerKind).Select(found => found.Row);

    /// <summary>The person or group whose object id was typed.</summary>
    private static IEnumerable<SearchPage.Hit> ById(PortalCall call, string wanted, string section)
    {
        if (!Guid.TryParse(wanted, out var id))
            yield break;
        if (section == "users" && call.Directory.Users.Find(id) is { } user && user.TenantId == call.Tenant.Id)
            yield return new($"/portal/{user.TenantId}/users/{id}", user.DisplayName, user.UserPrincipalName);
        if (section == "groups" && call.Directory.Groups.Find(id) is { } group && group.TenantId == call.Tenant.Id)
            yield return new($"/portal/{group.TenantId}/groups/{id}", group.DisplayName, id.ToString());
    }

    private static Task<IResult> ShowAsync(
        PortalCall call,
        string section,
        string wanted,
        params IReadOnlyList<(string, IReadOnlyList<SearchPage.Hit>)> kinds
    ) =>
        call.ShowAsync<SearchPage>(
            new
            {
                View = call.View(section),
                Wanted = wanted,
                Kinds = kinds,
            }
        );

    private static SearchPage.Hit Hit(Tenant tenant, PortalPlace place, string detail) =>
        new($"/portal/{tenant.Id}{place.Path}", place.Name, detail);
}
