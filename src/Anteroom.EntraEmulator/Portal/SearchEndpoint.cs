namespace Anteroom.EntraEmulator.Portal;

/// <summary>One search over people, groups and applications of a tenant: by the beginning of a name or id.</summary>
internal static class SearchEndpoint
{
    private const int MostPerKind = 20;

    public static void Map(RouteGroupBuilder tenant) => tenant.MapGet("/search", SearchAsync);

    private static Task<IResult> SearchAsync(PortalCall call)
    {
        var wanted = call.Query("for");
        var (directory, tenant) = (call.Directory, call.Tenant.Id.ToString());
        var people = Take(
            directory
                .UsersByTenant.Find(tenant)
                .Where(user => Meets(wanted, user.DisplayName, user.UserPrincipalName, user.Id.ToString(), user.Mail))
                .Select(user => new SearchPage.Hit($"users/{user.Id}", user.DisplayName, user.UserPrincipalName))
        );
        var groups = Take(
            directory
                .GroupsByTenant.Find(tenant)
                .Where(group => Meets(wanted, group.DisplayName, group.Id.ToString()))
                .Select(group => new SearchPage.Hit($"groups/{group.Id}", group.DisplayName, group.Id.ToString()))
        );
        var registrations = Take(
            directory
                .ApplicationsByTenant.Find(tenant)
                .Where(known => Meets(wanted, known.DisplayName, known.AppId.ToString(), known.Id.ToString()))
                .Select(known => new SearchPage.Hit($"app-registrations/{known.AppId}", known.DisplayName, known.AppId.ToString()))
        );
        var enterprise = Take(
            from principal in directory.ServicePrincipalsByTenant.Find(tenant)
            let application = Objects.DirectoryQuestions.ApplicationOf(directory, principal)
            where application is not null && Meets(wanted, application.DisplayName, application.AppId.ToString(), principal.Id.ToString())
            select new SearchPage.Hit($"enterprise-applications/{principal.AppId}", application.DisplayName, principal.AppId.ToString())
        );
        return call.ShowAsync<SearchPage>(
            new
            {
                View = call.View("search"),
                Wanted = wanted,
                Kinds = new (string, IReadOnlyList<SearchPage.Hit>)[]
                {
                    ("Portal.Users", people),
                    ("Portal.Groups", groups),
                    ("Portal.Registrations", registrations),
                    ("Portal.Enterprise", enterprise),
                },
            }
        );
    }

    private static List<SearchPage.Hit> Take(IEnumerable<SearchPage.Hit> hits) => [.. hits.Take(MostPerKind)];

    /// <summary>Names match at the beginning of any of their words; nothing matches an empty question.</summary>
    private static bool Meets(string wanted, params ReadOnlySpan<string?> names)
    {
        if (wanted.Length == 0)
            return false;
        foreach (var name in names)
        {
            var at = name?.IndexOf(wanted, StringComparison.OrdinalIgnoreCase) ?? -1;
            if (at == 0 || (at > 0 && !char.IsLetterOrDigit(name![at - 1])))
                return true;
        }
        return false;
    }
}
