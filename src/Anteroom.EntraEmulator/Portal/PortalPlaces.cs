using Anteroom.EntraEmulator.Resources;

namespace Anteroom.EntraEmulator.Portal;

/// <summary>A place of a tenant that the menu lists and the search finds.</summary>
/// <param name="Section">Its entry in the menu.</param>
/// <param name="Path">Below the tenant's own address.</param>
/// <param name="Key">Key of its name.</param>
/// <param name="FormerNames">What guides call it that are older than the name.</param>
internal sealed record PortalPlace(string Section, string Path, string Key, params string[] FormerNames)
{
    public string Name => Texts.Get(Key);
}

/// <summary>The places of a tenant in the menu's order.</summary>
internal static class PortalPlaces
{
    public static readonly PortalPlace Overview = new("directory", "", "Registration.Overview");

    public static readonly IReadOnlyList<PortalPlace> All =
    [
        Overview,
        new("users", "/users", "Portal.Users"),
        new("groups", "/groups", "Portal.Groups"),
        new("roles", "/roles", "Portal.Roles", "Roles & admins", "Directory roles"),
        new("app-registrations", "/app-registrations", "Portal.Registrations"),
        new("enterprise-applications", "/enterprise-applications", "Portal.Enterprise", "Enterprise apps", "Managed applications"),
        new("conditional-access", "/conditional-access", "Portal.ConditionalAccess"),
        new("domains", "/domains", "Portal.Domains"),
    ];

    // The overview is found by the name of the whole.
    private static readonly IReadOnlyList<PortalPlace> Searched =
    [
        Overview with
        {
            Key = "Portal.EntraId",
            FormerNames = ["Azure Active Directory", "Azure AD", "Default Directory"],
        },
        .. All.Skip(1),
    ];

    /// <summary>What the menu calls a section of a tenant; null for others.</summary>
    public static string? NameOf(string section) => All.FirstOrDefault(place => place.Section == section)?.Name;

    public static IEnumerable<PortalPlace> Find(string wanted) =>
        Searched.Where(place => SearchWords.Meet(wanted, [place.Name, .. place.FormerNames]));
}
