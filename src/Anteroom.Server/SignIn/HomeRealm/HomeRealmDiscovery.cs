using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Route = Anteroom.Server.Organizations.Route;

namespace Anteroom.Server.SignIn.HomeRealm;

/// <summary>Where an entry leads.</summary>
public abstract record HomeRealm
{
    private HomeRealm() { }

    /// <param name="User">The account whose name was typed; the sign-in ends as it or is refused.</param>
    public sealed record Found(Organization Organization, UserId? User) : HomeRealm;

    /// <summary>The name leads to several organizations, and only a company code tells them apart.</summary>
    public sealed record NeedsCompanyCode : HomeRealm;

    /// <summary>Nothing that may be told: unknown, switched off, or not to be found by name (HEL-26, SEC-043).</summary>
    public sealed record Unknown : HomeRealm;
}

/// <summary>Finds the organization for what a person typed: company code, then user name, then the domain of an e-mail address (design.md §4).</summary>
public sealed class HomeRealmDiscovery(Routes routes, OrganizationDirectory organizations)
{
    /// <param name="within">The application's own organization, which alone may answer; null for an application of the platform.</param>
    public async Task<HomeRealm> ResolveAsync(string entry, OrganizationId? within, CancellationToken ct)
    {
        var folded = UserNames.Fold(entry);
        var at = folded.LastIndexOf('@');
        var domain = at < 0 ? null : DomainNames.Normalize(folded[(at + 1)..]);
        var known = await routes.FindEntryAsync(folded, domain, ct);
        return await LeadAsync(known, RouteKinds.Code, within, ct)
            ?? await LeadAsync(known, RouteKinds.UserName, within, ct)
            // Every name of a known domain answers alike, whether such a person exists or not (SEC-043).
            ?? await LeadAsync(known, DomainKind(known, within), within, ct)
            ?? new HomeRealm.Unknown();
    }

    /// <summary>Whoever has proven a domain is the only one that it leads to (SEC-269); an application of one organization asks that one alone.</summary>
    private static string DomainKind(ILookup<string, Route> known, OrganizationId? within) =>
        within is null && known.Contains(RouteKinds.VerifiedDomain) ? RouteKinds.VerifiedDomain : RouteKinds.Domain;

    private async Task<HomeRealm?> LeadAsync(ILookup<string, Route> known, string kind, OrganizationId? within, CancellationToken ct)
    {
        var found = await ReachableAsync(known[kind], within, namesAUser: kind is RouteKinds.Code or RouteKinds.UserName, ct);
        return found.Count switch
        {
            0 => null,
            1 => new HomeRealm.Found(found[0].Organization, kind == RouteKinds.UserName ? new UserId(found[0].Target!.Value) : null),
            _ => new HomeRealm.NeedsCompanyCode(),
        };
    }

    private async Task<List<(Organization Organization, Guid? Target)>> ReachableAsync(
        IEnumerable<Route> candidates,
        OrganizationId? within,
        bool namesAUser,
        CancellationToken ct
    )
    {
        List<(Organization, Guid?)> reachable = [];
        foreach (var route in candidates)
            if (
                (within is null || route.Organization == within)
                && await organizations.GetAsync(route.Organization, ct) is { IsActive: true } organization
                && (!namesAUser || within is not null || organization.Settings.SignIn.KnownNamesRedirect)
            )
                reachable.Add((organization, route.Target));
        return reachable;
    }
}
