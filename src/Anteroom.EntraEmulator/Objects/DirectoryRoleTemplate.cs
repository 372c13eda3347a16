namespace Anteroom.EntraEmulator.Objects;

/// <summary>A built-in directory role. Its id is the same in every tenant and stands in <c>wids</c>.</summary>
internal sealed record DirectoryRoleTemplate(Guid Id, string DisplayName, string Description)
{
    public static readonly Guid GlobalAdministrator = new("62e90394-69f5-4237-9190-012177145e10");
    public static readonly Guid PrivilegedRoleAdministrator = new("e8611ab8-c189-46e8-94e1-60213ab1f814");
    public static readonly Guid PrivilegedAuthenticationAdministrator = new("7be44c8a-adaf-4e2a-84d6-ab2649e08a13");
    public static readonly Guid UserAdministrator = new("fe930be7-5e62-47db-91af-98c3a49a38b1");
    public static readonly Guid AuthenticationAdministrator = new("c4e39bd9-1100-46d3-8c65-fb160da0071f");
    public static readonly Guid HelpdeskAdministrator = new("729827e3-9c14-49f7-bb1b-9608f156bbb8");
    public static readonly Guid PasswordAdministrator = new("966707d0-3269-4727-9be2-8c3a10f19b9d");
    public static readonly Guid GroupsAdministrator = new("fdd7a751-b60b-444a-984c-02652fe8fa1c");
    public static readonly Guid ApplicationAdministrator = new("9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3");
    public static readonly Guid CloudApplicationAdministrator = new("158c047a-c907-4556-b7ef-446551a6b5f7");
    public static readonly Guid ApplicationDeveloper = new("cf1c38e5-3621-4004-a7cb-879624dced7c");
    public static readonly Guid ConditionalAccessAdministrator = new("b1be1c3e-b65d-4f19-8427-f6fa0d97feb9");
    public static readonly Guid SecurityAdministrator = new("194ae4cb-b126-40b2-bd5b-6091b380977d");
    public static readonly Guid SecurityReader = new("5d6b6bb7-de71-4623-b4af-96380a352509");
    public static readonly Guid GlobalReader = new("f2ef992c-3afb-46b9-b7cf-a126ee74c451");
    public static readonly Guid DirectoryReaders = new("88d8e3e3-8f55-4a1e-953a-9b9898b8876b");
    public static readonly Guid DirectoryWriters = new("9360feb5-f418-4baa-8175-e2a00bac4301");
    public static readonly Guid GuestInviter = new("95e79109-95c0-4d8e-aee3-d01accf2d47b");
    public static readonly Guid DomainNameAdministrator = new("8329153b-31d0-4727-b945-745eb3bc5f31");
    public static readonly Guid HybridIdentityAdministrator = new("8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2");
    public static readonly Guid IdentityGovernanceAdministrator = new("45d8d3c5-c802-45c6-b32a-1d70b5e1e86e");
    public static readonly Guid ExchangeAdministrator = new("29232cdf-9323-42fd-ade2-1d097af3e4de");
    public static readonly Guid BillingAdministrator = new("b0f54661-2d74-4c50-afa3-1ec803f12efe");
    public static readonly Guid MessageCenterReader = new("790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b");
    public static readonly Guid ReportsReader = new("4a5d8f65-41da-4de4-8968-e035b65339cf");
    public static readonly Guid UsageSummaryReportsReader = new("75934031-6c7e-415a-99d7-48dbd49e875e");

    /// <summary>In <c>wids</c> of every ordinary member; no role that anybody assigns (entra-oidc.md §4.2).</summary>
    public static readonly Guid DefaultMember = new("b79fbf4d-3ef9-4689-8143-76b194e85509");

    public static readonly IReadOnlyList<DirectoryRoleTemplate> All =
    [
        new(GlobalAdministrator, "Global Administrator", "Manages everything in the directory."),
        new(PrivilegedRoleAdministrator, "Privileged Role Administrator", "Manages role assignments."),
        new(
            PrivilegedAuthenticationAdministrator,
            "Privileged Authentication Administrator",
            "Sets authentication methods of everybody, administrators included."
        ),
        new(UserAdministrator, "User Administrator", "Manages users and groups and resets passwords of most."),
        new(
            AuthenticationAdministrator,
            "Authentication Administrator",
            "Sets authentication methods of people without an administrator's role."
        ),
        new(
            HelpdeskAdministrator,
            "Helpdesk Administrator",
            "Resets passwords of people without a role and of other helpdesk administrators."
        ),
        new(PasswordAdministrator, "Password Administrator", "Resets passwords of people without a role."),
        new(GroupsAdministrator, "Groups Administrator", "Manages groups."),
        new(ApplicationAdministrator, "Application Administrator", "Manages app registrations and enterprise applications."),
        new(
            CloudApplicationAdministrator,
            "Cloud Application Administrator",
            "Manages app registrations and enterprise applications without App Proxy."
        ),
        new(ApplicationDeveloper, "Application Developer", "Registers applications where others may not."),
        new(ConditionalAccessAdministrator, "Conditional Access Administrator", "Manages Conditional Access."),
        new(SecurityAdministrator, "Security Administrator", "Reads security information and manages its settings."),
        new(SecurityReader, "Security Reader", "Reads security information and reports."),
        new(GlobalReader, "Global Reader", "Reads everything and changes nothing."),
        new(DirectoryReaders, "Directory Readers", "Reads basic directory information."),
        new(DirectoryWriters, "Directory Writers", "Reads and writes basic directory information."),
        new(GuestInviter, "Guest Inviter", "Invites guests where members may not."),
        new(DomainNameAdministrator, "Domain Name Administrator", "Manages domains."),
        new(HybridIdentityAdministrator, "Hybrid Identity Administrator", "Manages synchronisation with Active Directory and federation."),
        new(IdentityGovernanceAdministrator, "Identity Governance Administrator", "Manages access with identity governance."),
        new(ExchangeAdministrator, "Exchange Administrator", "Manages Exchange."),
        new(BillingAdministrator, "Billing Administrator", "Pays bills."),
        new(MessageCenterReader, "Message Center Reader", "Reads the message center."),
        new(ReportsReader, "Reports Reader", "Reads sign-in and audit reports."),
        new(UsageSummaryReportsReader, "Usage Summary Reports Reader", "Reads usage summaries."),
    ];

    public static DirectoryRoleTemplate? Find(Guid id) => All.FirstOrDefault(template => template.Id == id);

    /// <summary>By template id or display name.</summary>
    public static DirectoryRoleTemplate? Find(string idOrName) =>
        Guid.TryParse(idOrName, out var id)
            ? Find(id)
            : All.FirstOrDefault(template => string.Equals(template.DisplayName, idOrName, StringComparison.OrdinalIgnoreCase));
}
