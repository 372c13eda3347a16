namespace Anteroom.EntraEmulator.Portal.Registrations;

/// <summary>The choices of "Edit groups claim" (entra-oidc.md §4.4).</summary>
public static class GroupsClaim
{
    public static readonly IReadOnlyList<string> Kinds = ["SecurityGroup", "DirectoryRole", "All", "ApplicationGroup"];

    /// <summary>In place of the group's object ID.</summary>
    public static readonly IReadOnlyList<string> Forms =
    [
        "sam_account_name",
        "dns_domain_and_sam_account_name",
        "netbios_domain_and_sam_account_name",
        "cloud_displayname",
    ];
}
