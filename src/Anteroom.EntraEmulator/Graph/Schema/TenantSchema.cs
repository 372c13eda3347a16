using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Graph.Schema;

/// <summary>The resource types organization, domain and directoryRole (graph.md §4.1).</summary>
internal static class TenantSchema
{
    private const string Capabilities = "Email, OfficeCommunicationsOnline";

    public static EntityType<Tenant> CreateOrganization() =>
        new EntityType<Tenant>("organization", "organization")
            .Default("id", tenant => GraphJson.Id(tenant.Id), Filters.Equal)
            .Default("deletedDateTime", _ => null)
            .Default("businessPhones", _ => new JsonArray())
            .Default("city", tenant => tenant.City)
            .Default("country", _ => null)
            .Default("countryLetterCode", tenant => tenant.CountryCode)
            .Default("createdDateTime", tenant => GraphJson.Instant(tenant.CreatedDateTime))
            .Default("defaultUsageLocation", tenant => tenant.CountryCode)
            .Default("displayName", tenant => tenant.DisplayName)
            .Default("isMultipleDataLocationsForServicesEnabled", _ => null)
            .Default("marketingNotificationEmails", _ => new JsonArray())
            .Default("onPremisesLastSyncDateTime", tenant => GraphJson.Instant(tenant.OnPremisesLastSyncDateTime))
            .Default("onPremisesSyncEnabled", tenant => tenant.OnPremisesSyncEnabled)
            .Default("partnerTenantType", _ => null)
            .Default("postalCode", tenant => tenant.PostalCode)
            .Default("preferredLanguage", tenant => tenant.PreferredLanguage)
            .Default("securityComplianceNotificationMails", _ => new JsonArray())
            .Default("securityComplianceNotificationPhones", _ => new JsonArray())
            .Default("state", tenant => tenant.State)
            .Default("street", tenant => tenant.Street)
            .Default("technicalNotificationMails", tenant => GraphJson.Strings(tenant.TechnicalNotificationMails))
            .Default("tenantType", _ => "AAD")
            .Default("privacyProfile", _ => null)
            .Default("assignedPlans", _ => new JsonArray())
            .Default("onPremisesSyncStatus", _ => new JsonArray())
            .Default("provisionedPlans", _ => new JsonArray())
            .Default("verifiedDomains", tenant => GraphJson.Objects(tenant.Domains.Where(domain => domain.IsVerified).Select(Verified)));

    public static EntityType<Domain> CreateDomain() =>
        new EntityType<Domain>("domain", "domains")
            .Default("authenticationType", domain => domain.AuthenticationType)
            .Default("availabilityStatus", _ => null)
            .Default("id", domain => domain.Id)
            .Default("isAdminManaged", _ => true)
            .Default("isDefault", domain => domain.IsDefault)
            .Default("isInitial", domain => domain.IsInitial)
            .Default("isRoot", _ => true)
            .Default("isVerified", domain => domain.IsVerified)
            .Default(
                "supportedServices",
                domain => domain.IsVerified ? new JsonArray("Email", "OfficeCommunicationsOnline") : new JsonArray()
            )
            .Default("passwordValidityPeriodInDays", domain => domain.PasswordValidityPeriodInDays)
            .Default("passwordNotificationWindowInDays", _ => 14)
            .Default("state", _ => null);

    public static EntityType<DirectoryRole> CreateRole() =>
        new EntityType<DirectoryRole>("directoryRole", "directoryRoles")
            .Default("id", role => GraphJson.Id(role.Id), Filters.Equal)
            .Default("deletedDateTime", _ => null)
            .Default("description", role => DirectoryRoleTemplate.Find(role.RoleTemplateId)?.Description)
            .Default("displayName", role => DirectoryRoleTemplate.Find(role.RoleTemplateId)?.DisplayName, Filters.Equal)
            .Default("roleTemplateId", role => GraphJson.Id(role.RoleTemplateId), Filters.Equal);

    public static EntityType<DirectoryRoleTemplate> CreateRoleTemplate() =>
        new EntityType<DirectoryRoleTemplate>("directoryRoleTemplate", "directoryRoleTemplates")
            .Default("id", template => GraphJson.Id(template.Id), Filters.Equal)
            .Default("deletedDateTime", _ => null)
            .Default("description", template => template.Description)
            .Default("displayName", template => template.DisplayName, Filters.Equal);

    public static EntityType<DirectoryRoleTemplate> CreateRoleDefinition() =>
        new EntityType<DirectoryRoleTemplate>("unifiedRoleDefinition", "roleManagement/directory/roleDefinitions")
            .Default("id", template => GraphJson.Id(template.Id), Filters.Equal)
            .Default("description", template => template.Description)
            .Default("displayName", template => template.DisplayName, Filters.Name)
            .Default("isBuiltIn", _ => true, Filters.Equal)
            .Default("isEnabled", _ => true)
            .Default("resourceScopes", _ => new JsonArray("/"))
            .Default("templateId", template => GraphJson.Id(template.Id), Filters.Equal)
            .Default("version", _ => "1")
            .Default("rolePermissions", _ => new JsonArray());

    public static EntityType<RoleAssignment> CreateRoleAssignment() =>
        new EntityType<RoleAssignment>("unifiedRoleAssignment", "roleManagement/directory/roleAssignments")
            .Default("id", assignment => assignment.Id, Filters.Equal)
            .Default("principalId", assignment => GraphJson.Id(assignment.PrincipalId), Filters.Equal)
            .Default("directoryScopeId", _ => "/", Filters.Equal)
            .Default("roleDefinitionId", assignment => GraphJson.Id(assignment.RoleTemplateId), Filters.Equal);

    private static JsonObject Verified(Domain domain) =>
        new()
        {
            ["capabilities"] = Capabilities,
            ["isDefault"] = domain.IsDefault,
            ["isInitial"] = domain.IsInitial,
            ["name"] = domain.Id,
            ["type"] = domain.AuthenticationType,
        };
}
