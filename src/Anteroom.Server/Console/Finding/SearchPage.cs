using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Organizations;
using Anteroom.Server.Organizations.Proof;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Provisioning;

namespace Anteroom.Server.Console.Finding;

/// <summary>Something found.</summary>
/// <param name="Detail">What tells it from others of the same name.</param>
internal sealed record Hit(string Text, string? Detail, string? Address);

/// <summary>Found things of one kind.</summary>
internal sealed record HitGroup(string Title, IReadOnlyList<Hit> Hits);

/// <summary>One field that finds everything: pages by their words and older names, whatever has a name in the room, and what a code means.</summary>
internal static class SearchPage
{
    private const int Most = 8;

    public static void Map(RouteGroupBuilder console) => console.MapGet("/search", ShowAsync).WithMetadata(Everybody.Instance);

    private static async Task<IResult> ShowAsync(
        HttpContext http,
        Database database,
        OrganizationDirectory organizations,
        UserStore users,
        Groups groups,
        ConnectionStore connections,
        ProveDomain domains,
        ApplicationStore applications,
        ApiKeys keys,
        ConsolePages pages,
        CancellationToken ct
    )
    {
        var typed = http.Request.Query["q"].ToString().Trim();
        var search = SearchText.Of(typed);
        var caller = http.Caller();
        var room = await RoomAsync(http, organizations, ct);
        List<HitGroup> found = [];
        if (!search.IsEmpty)
        {
            Add("Search.Pages", PageWords.Find(pages, caller, room, search));
            if (caller.May("organizations.list"))
                Add("Nav.Organizations", await OrganizationsAsync(database, search, ct));
            if (caller.May("users.list"))
                Add("Nav.Users", await UsersAsync(users, room, search, ct));
            if (caller.May("groups.list"))
                Add("Nav.Groups", await GroupsAsync(groups, room, search, ct));
            if (caller.May("roles.list"))
                Add("Nav.Roles", await RolesAsync(database, room, search, ct));
            if (caller.May("customFields.list"))
                Add("Nav.Fields", await FieldsAsync(database, room, search, ct));
            if (caller.May("connections.list"))
                Add("Nav.SingleSignOn", await ConnectionsAsync(connections, room, search, ct));
            if (caller.May("domains.list"))
                Add("Nav.Domains", await DomainsAsync(domains, room, search, ct));
            if (caller.May("applications.list"))
                Add("Nav.Applications", await ApplicationsAsync(applications, room, search, ct));
            if (caller.May("apiKeys.list"))
                Add("Nav.ApiKeys", await KeysAsync(keys, room, search, ct));
            Add("Search.Codes", Codes(typed));
        }
        return pages.Show("Search", new SearchModel(pages.Frame(http, pages["Search.Title"], ""), typed, room, found));

        void Add(string title, IReadOnlyList<Hit> hits)
        {
            if (hits.Count > 0)
                found.Add(new(pages[title], hits));
        }
    }

    /// <summary>The room that the caller is in and may be in; their own otherwise.</summary>
    private static async Task<Organization> RoomAsync(HttpContext http, OrganizationDirectory organizations, CancellationToken ct)
    {
        var caller = http.Caller();
        return
            http.Request.Query["room"] is [{ Length: > 0 and <= 63 } slug]
            && await organizations.FindBySlugAsync(slug, ct) is { } room
            && caller.HasEntered(room.Id)
            ? room
            : caller.Home;
    }

    private static async Task<IReadOnlyList<Hit>> OrganizationsAsync(Database database, SearchText search, CancellationToken ct) =>
        [
            .. (await OrganizationStore.ListAsync(database, search, null, Most, ct)).Select(found => new Hit(
                found.Name,
                found.Slug,
                Navigation.Of(found)
            )),
        ];

    private static async Task<IReadOnlyList<Hit>> UsersAsync(UserStore users, Organization room, SearchText search, CancellationToken ct) =>
        [
            .. (await users.ListAsync(room.Id, search, null, Most, ct)).Select(found => new Hit(
                found.User.DisplayName ?? found.User.UserName,
                found.User.UserName,
                Navigation.Of(room, $"users/{found.User.Id}")
            )),
        ];

    private static async Task<IReadOnlyList<Hit>> GroupsAsync(Groups groups, Organization room, SearchText search, CancellationToken ct) =>
        [
            .. (await groups.SearchAsync(room.Id, search, Most, ct)).Select(found => new Hit(
                found.Name,
                null,
                Navigation.Of(room, $"groups/{Identifiers.Format(Groups.IdPrefix, found.Id)}")
            )),
        ];

    private static async Task<IReadOnlyList<Hit>> RolesAsync(Database database, Organization room, SearchText search, CancellationToken ct)
    {
        await using var tx = await database.BeginAsync(room.Id, ct);
        return
        [
            .. (await RoleStore.ListAsync(tx, ct))
                .Where(role => search.IsIn(role.Name) || search.IsIn(role.Key))
                .Take(Most)
                .Select(found => new Hit(found.Name, found.Key, Navigation.Of(room, "roles"))),
        ];
    }

    private static async Task<IReadOnlyList<Hit>> FieldsAsync(Database database, Organization room, SearchText search, CancellationToken ct)
    {
        await using var tx = await database.BeginAsync(room.Id, ct);
        return
        [
            .. (await CustomFields.ListAsync(tx, ct))
                .Where(field => search.IsIn(field.Name) || search.IsIn(field.Key))
                .Take(Most)
                .Select(found => new Hit(found.Name, found.Key, Navigation.Of(room, "fields"))),
        ];
    }

    private static async Task<IReadOnlyList<Hit>> KeysAsync(ApiKeys keys, Organization room, SearchText search, CancellationToken ct) =>
        [
            .. (await keys.SearchAsync(room.Id, search, Most, ct)).Select(found => new Hit(
                found.Name,
                $"…{found.Last4}",
                Navigation.Of(room, "api-keys")
            )),
        ];

    /// <summary>By name, or by one of the ids that stand in Entra; there are a hundred at most.</summary>
    private static async Task<IReadOnlyList<Hit>> ConnectionsAsync(
        ConnectionStore connections,
        Organization room,
        SearchText search,
        CancellationToken ct
    ) =>
        [
            .. (await connections.ListAsync(room.Id, ct))
                .Where(one =>
                    search.IsIn(one.Name) || search.IsIn(one.Settings.ClientId) || search.IsIn(one.Settings.TenantId?.ToString("D"))
                )
                .Take(Most)
                .Select(found => new Hit(
                    found.Name,
                    found.Settings.TenantId?.ToString("D"),
                    Navigation.Of(room, $"connections/{found.Id}")
                )),
        ];

    private static async Task<IReadOnlyList<Hit>> DomainsAsync(
        ProveDomain domains,
        Organization room,
        SearchText search,
        CancellationToken ct
    ) =>
        [
            .. (await domains.ListAsync(room.Id, ct))
                .Where(domain => search.IsIn(domain.Name))
                .Take(Most)
                .Select(found => new Hit(found.Name, null, Navigation.Of(room, "domains"))),
        ];

    private static async Task<IReadOnlyList<Hit>> ApplicationsAsync(
        ApplicationStore applications,
        Organization room,
        SearchText search,
        CancellationToken ct
    ) =>
        [
            .. (await applications.SearchAsync(room.Id, search, Most, ct)).Select(found => new Hit(
                found.Name,
                found.ClientId,
                Navigation.Of(room, $"applications/{found.Id}")
            )),
        ];

    /// <summary>What somebody was told on a page of ours, pasted: its cure.</summary>
    private static IReadOnlyList<Hit> Codes(string typed) =>
        ReasonCatalogue.Find(typed.ToLowerInvariant()) is { } reason
            ? [new(reason.Title, $"{reason.Happened} {reason.Means} {reason.Administrator ?? reason.Now}", null)]
            : [];
}

/// <param name="Typed">What is searched for.</param>
/// <param name="Room">Whose people and applications were searched.</param>
internal sealed record SearchModel(ConsoleFrame Frame, string Typed, Organization Room, IReadOnlyList<HitGroup> Groups) : IConsolePage;
