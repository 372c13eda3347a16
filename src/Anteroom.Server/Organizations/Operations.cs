using System.Collections.Frozen;

namespace Anteroom.Server.Organizations;

/// <summary>Who may be asked to do an operation at all.</summary>
public enum OperationScope
{
    /// <summary>The platform's own, and those of the organization that the address names.</summary>
    Organization,

    /// <summary>The platform's own only.</summary>
    Platform,
}

/// <summary>What one operation needs.</summary>
public sealed record Operation(string Permission, OperationScope Scope);

/// <summary>The one table of operations, for programs and people alike (SEC-262). An endpoint without a row answers nobody, and a test fails.</summary>
public static class Operations
{
    private const OperationScope Org = OperationScope.Organization;
    private const OperationScope Top = OperationScope.Platform;

    public static FrozenDictionary<string, Operation> Table { get; } =
        new Dictionary<string, Operation>
        {
            ["organizations.create"] = new(Permissions.OrganizationsOperate, Top),
            ["organizations.list"] = new(Permissions.OrganizationsOperate, Top),
            ["organizations.get"] = new(Permissions.OrganizationRead, Org),
            ["organizations.update"] = new(Permissions.OrganizationWrite, Org),
            ["organizations.renewCompanyCode"] = new(Permissions.OrganizationWrite, Org),
            ["signInPolicy.get"] = new(Permissions.OrganizationRead, Org),
            ["signInPolicy.put"] = new(Permissions.OrganizationWrite, Org),
            ["branding.get"] = new(Permissions.OrganizationRead, Org),
            ["branding.put"] = new(Permissions.OrganizationWrite, Org),
            ["branding.putLogo"] = new(Permissions.OrganizationWrite, Org),
            ["branding.removeLogo"] = new(Permissions.OrganizationWrite, Org),
            ["domains.list"] = new(Permissions.OrganizationRead, Org),
            ["domains.add"] = new(Permissions.OrganizationWrite, Org),
            ["domains.verify"] = new(Permissions.OrganizationWrite, Org),
            ["domains.verifyByTenant"] = new(Permissions.OrganizationWrite, Org),
            ["domains.remove"] = new(Permissions.OrganizationWrite, Org),
            ["customFields.list"] = new(Permissions.OrganizationRead, Org),
            ["customFields.create"] = new(Permissions.OrganizationWrite, Org),
            ["connections.list"] = new(Permissions.ConnectionsRead, Org),
            ["connections.get"] = new(Permissions.ConnectionsRead, Org),
            ["connections.create"] = new(Permissions.ConnectionsWrite, Org),
            ["connections.update"] = new(Permissions.ConnectionsWrite, Org),
            ["connections.listCertificates"] = new(Permissions.ConnectionsRead, Org),
            ["connections.addCertificate"] = new(Permissions.ConnectionsWrite, Org),
            ["connections.removeCertificate"] = new(Permissions.ConnectionsWrite, Org),
            ["connections.test"] = new(Permissions.ConnectionsWrite, Org),
            ["connections.submit"] = new(Permissions.ConnectionsWrite, Org),
            ["connections.approve"] = new(Permissions.OrganizationsOperate, Top),
            ["connections.activate"] = new(Permissions.ConnectionsWrite, Org),
            ["connections.disable"] = new(Permissions.ConnectionsWrite, Org),
            ["sharedRegistrations.list"] = new(Permissions.OrganizationsOperate, Top),
            ["sharedRegistrations.create"] = new(Permissions.OrganizationsOperate, Top),
            ["sharedRegistrations.update"] = new(Permissions.OrganizationsOperate, Top),
            ["tenantBindings.list"] = new(Permissions.ConnectionsRead, Org),
            ["tenantBindings.create"] = new(Permissions.OrganizationsOperate, Top),
            ["tenantBindings.createByDomain"] = new(Permissions.ConnectionsWrite, Org),
            ["tenantBindings.remove"] = new(Permissions.ConnectionsWrite, Org),
            ["users.list"] = new(Permissions.UsersRead, Org),
            ["users.get"] = new(Permissions.UsersRead, Org),
            ["users.explain"] = new(Permissions.UsersRead, Org),
            ["users.create"] = new(Permissions.UsersWrite, Org),
            ["users.update"] = new(Permissions.UsersWrite, Org),
            ["users.delete"] = new(Permissions.UsersWrite, Org),
            ["users.deactivate"] = new(Permissions.UsersWrite, Org),
            ["users.activate"] = new(Permissions.UsersWrite, Org),
            ["users.listPasskeys"] = new(Permissions.UsersRead, Org),
            ["users.removePasskey"] = new(Permissions.UsersWrite, Org),
            ["users.sendPasswordLink"] = new(Permissions.UsersWrite, Org),
            ["users.liftPasswordStop"] = new(Permissions.UsersWrite, Org),
            ["roles.list"] = new(Permissions.RolesRead, Org),
            ["roles.get"] = new(Permissions.RolesRead, Org),
            ["roles.create"] = new(Permissions.RolesWrite, Org),
            ["roles.update"] = new(Permissions.RolesWrite, Org),
            ["groups.list"] = new(Permissions.GroupsRead, Org),
            ["groups.create"] = new(Permissions.GroupsWrite, Org),
            ["groups.delete"] = new(Permissions.GroupsWrite, Org),
            ["groups.members"] = new(Permissions.GroupsRead, Org),
            ["groups.addMember"] = new(Permissions.GroupsWrite, Org),
            ["groups.removeMember"] = new(Permissions.GroupsWrite, Org),
            ["apiKeys.list"] = new(Permissions.ApiKeysRead, Org),
            ["apiKeys.create"] = new(Permissions.ApiKeysWrite, Org),
            ["apiKeys.revoke"] = new(Permissions.ApiKeysWrite, Org),
            ["platformApiKeys.list"] = new(Permissions.ApiKeysRead, Top),
            ["platformApiKeys.create"] = new(Permissions.ApiKeysWrite, Top),
            ["platformApiKeys.revoke"] = new(Permissions.ApiKeysWrite, Top),
            ["clouds.list"] = new(Permissions.ConnectionsRead, Org),
            ["clouds.create"] = new(Permissions.OrganizationsOperate, Top),
            ["mailSettings.get"] = new(Permissions.OrganizationsOperate, Top),
            ["mailSettings.put"] = new(Permissions.OrganizationsOperate, Top),
            ["mailSettings.test"] = new(Permissions.OrganizationsOperate, Top),
            ["audit.list"] = new(Permissions.AuditRead, Org),
            ["applications.list"] = new(Permissions.ApplicationsRead, Org),
            ["applications.get"] = new(Permissions.ApplicationsRead, Org),
            ["applications.create"] = new(Permissions.ApplicationsWrite, Org),
            ["applications.update"] = new(Permissions.ApplicationsWrite, Org),
            ["applications.disable"] = new(Permissions.ApplicationsWrite, Org),
            ["applications.enable"] = new(Permissions.ApplicationsWrite, Org),
            ["applications.addSecret"] = new(Permissions.ApplicationsWrite, Org),
            ["applications.revokeSecret"] = new(Permissions.ApplicationsWrite, Org),
            ["platformApplications.list"] = new(Permissions.ApplicationsRead, Top),
            ["platformApplications.get"] = new(Permissions.ApplicationsRead, Top),
            ["platformApplications.create"] = new(Permissions.ApplicationsWrite, Top),
            ["platformApplications.update"] = new(Permissions.ApplicationsWrite, Top),
            ["platformApplications.disable"] = new(Permissions.ApplicationsWrite, Top),
            ["platformApplications.enable"] = new(Permissions.ApplicationsWrite, Top),
            ["platformApplications.addSecret"] = new(Permissions.ApplicationsWrite, Top),
            ["platformApplications.revokeSecret"] = new(Permissions.ApplicationsWrite, Top),
        }.ToFrozenDictionary();

    /// <summary>The permission that is missing for an operation, or null. What is not in the table is open to nobody.</summary>
    /// <param name="operation">Its name in the table, or null where an endpoint has none.</param>
    /// <param name="held">What the caller may do.</param>
    /// <param name="isPlatform">Whether the caller is one of the platform's own.</param>
    public static string? Missing(string? operation, IReadOnlySet<string> held, bool isPlatform)
    {
        if (operation is null || !Table.TryGetValue(operation, out var needed))
            return "none";
        if (needed.Scope == OperationScope.Platform && !isPlatform)
            return Permissions.OrganizationsOperate;
        return held.Contains(needed.Permission) ? null : needed.Permission;
    }
}
