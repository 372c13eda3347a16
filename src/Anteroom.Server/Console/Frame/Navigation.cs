using Anteroom.Server.Console.Access;
using Anteroom.Server.Organizations;

namespace Anteroom.Server.Console.Frame;

/// <summary>An entry of the navigation.</summary>
/// <param name="Text">Key of its words.</param>
/// <param name="Icon">Of the kit.</param>
/// <param name="Operation">What its page needs; nobody sees an entry that would be refused.</param>
internal sealed record NavigationEntry(string Text, string Address, string Icon, string Operation);

/// <summary>The left side: what there is, in the words of the guides, and only what this caller may open.</summary>
internal static class Navigation
{
    public static string Of(Organization room, string page = "") =>
        $"/console/organizations/{room.Slug}{(page.Length > 0 ? "/" : "")}{page}";

    /// <summary>Pages of the platform as a whole, for operators.</summary>
    public static IEnumerable<NavigationEntry> OfPlatform(ConsoleCaller caller) =>
        Allowed(
            caller,
            [
                new("Nav.Organizations", "/console/organizations", "building", "organizations.list"),
                new("Nav.Health", "/console/health", "heart-rate-monitor", "organizations.list"),
            ]
        );

    /// <summary>Pages of one organization.</summary>
    public static IEnumerable<NavigationEntry> OfRoom(ConsoleCaller caller, Organization room) =>
        Allowed(
            caller,
            [
                new("Nav.Overview", Of(room), "home", "organizations.get"),
                new(room.IsPlatform ? "Nav.Operators" : "Nav.Users", Of(room, "users"), "users", "users.list"),
                new("Nav.Groups", Of(room, "groups"), "users-group", "groups.list"),
                new("Nav.Roles", Of(room, "roles"), "shield-lock", "roles.list"),
                new("Nav.Domains", Of(room, "domains"), "world", "domains.list"),
                new("Nav.Connections", Of(room, "connections"), "plug-connected", "connections.list"),
                new("Nav.Applications", Of(room, "applications"), "apps", "applications.list"),
                new("Nav.ApiKeys", Of(room, "api-keys"), "key", "apiKeys.list"),
                new("Nav.Audit", Of(room, "audit"), "history", "audit.list"),
            ]
        );

    private static IEnumerable<NavigationEntry> Allowed(ConsoleCaller caller, NavigationEntry[] entries) =>
        entries.Where(entry => caller.May(entry.Operation));
}
