using Anteroom.Server.Console.Access;
using Anteroom.Server.Organizations;

namespace Anteroom.Server.Console.Frame;

/// <summary>An entry of the navigation.</summary>
/// <param name="Text">Key of its words.</param>
/// <param name="Icon">Of the kit.</param>
/// <param name="Operation">What its page needs; nobody sees an entry that would be refused.</param>
internal sealed record NavigationEntry(string Text, string Address, string Icon, string Operation);

/// <summary>Entries that belong together.</summary>
/// <param name="Title">Key of its words; null where they need none.</param>
internal sealed record NavigationSection(string? Title, IReadOnlyList<NavigationEntry> Entries);

/// <summary>The left side: what there is, in the words of the guides, and only what this caller may open.</summary>
internal static class Navigation
{
    public static string Of(Organization room, string page = "") =>
        $"/console/organizations/{room.Slug}{(page.Length > 0 ? "/" : "")}{page}";

    /// <summary>Pages of the platform as a whole, for operators.</summary>
    public static IReadOnlyList<NavigationSection> OfPlatform(ConsoleCaller caller) =>
        Allowed(
            caller,
            [
                new(
                    null,
                    [
                        new("Nav.Organizations", "/console/organizations", "building", "organizations.list"),
                        new("Nav.Mail", "/console/mail", "mail", "mailSettings.get"),
                        new("Nav.Clouds", "/console/clouds", "cloud", "clouds.create"),
                        new("Nav.SharedApps", "/console/shared-apps", "apps", "sharedRegistrations.list"),
                        new("Nav.Health", "/console/health", "heart-rate-monitor", "organizations.list"),
                    ]
                ),
            ]
        );

    /// <summary>Pages of one organization.</summary>
    public static IReadOnlyList<NavigationSection> OfRoom(ConsoleCaller caller, Organization room) =>
        Allowed(
            caller,
            [
                new(
                    null,
                    [
                        new("Nav.Overview", Of(room), "home", "organizations.get"),
                        new("Nav.Audit", Of(room, "audit"), "history", "audit.list"),
                    ]
                ),
                new(
                    "Nav.People",
                    [
                        new(room.IsPlatform ? "Nav.Operators" : "Nav.Users", Of(room, "users"), "users", "users.list"),
                        new("Nav.Groups", Of(room, "groups"), "users-group", "groups.list"),
                        new("Nav.Roles", Of(room, "roles"), "shield-lock", "roles.list"),
                        new("Nav.Fields", Of(room, "fields"), "forms", "customFields.list"),
                    ]
                ),
                new(
                    "Nav.Settings",
                    [
                        new("Nav.General", Of(room, "settings"), "settings", "organizations.get"),
                        new("Nav.Protection", Of(room, "protection"), "lock", "signInPolicy.get"),
                        new("Nav.Branding", Of(room, "branding"), "palette", "branding.get"),
                        new("Nav.Domains", Of(room, "domains"), "world", "domains.list"),
                    ]
                ),
                new(
                    "Nav.Integrations",
                    [
                        new("Nav.SingleSignOn", Of(room, "connections"), "plug-connected", "connections.list"),
                        new("Nav.Applications", Of(room, "applications"), "apps", "applications.list"),
                        new("Nav.ApiKeys", Of(room, "api-keys"), "key", "apiKeys.list"),
                    ]
                ),
            ]
        );

    private static IReadOnlyList<NavigationSection> Allowed(ConsoleCaller caller, NavigationSection[] sections) =>
        [
            .. sections
                .Select(section => section with { Entries = [.. section.Entries.Where(entry => caller.May(entry.Operation))] })
                .Where(section => section.Entries.Count > 0),
        ];
}
