using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Graph.Schema;

/// <summary>The resource types servicePrincipal, oAuth2PermissionGrant and appRoleAssignment.</summary>
internal static class PrincipalSchema
{
    public static EntityType<ServicePrincipal> Create(EntraDirectory directory)
    {
        return new EntityType<ServicePrincipal>("servicePrincipal", "servicePrincipals")
            .Default("id", principal => GraphJson.Id(principal.Id), Filters.Equal)
            .Default("deletedDateTime", principal => GraphJson.Instant(principal.DeletedDateTime))
            .Default(
                "accountEnabled",
                principal => principal.AccountEnabled,
                Filters.Equal,
                (principal, value) => principal with { AccountEnabled = Values.Flag(value) }
            )
            .Default("alternativeNames", _ => new JsonArray(), Filters.Any)
            .Default("appDisplayName", principal => App(principal)?.DisplayName)
            .Default("appDescription", principal => App(principal)?.Description)
            .Default("appId", principal => GraphJson.Id(principal.AppId), Filters.Equal)
            .Default("applicationTemplateId", _ => null)
            .Default("appOwnerOrganizationId", principal => App(principal)?.TenantId.ToString(), Filters.Equal)
            .Default(
                "appRoleAssignmentRequired",
                principal => principal.AppRoleAssignmentRequired,
                Filters.Equal,
                (principal, value) => principal with { AppRoleAssignmentRequired = Values.Flag(value) }
            )
            .Default("createdDateTime", principal => GraphJson.Instant(principal.CreatedDateTime))
            .Default("description", _ => null)
            .Default("disabledByMicrosoftStatus", _ => null)
            .Default("displayName", principal => App(principal)?.DisplayName, Filters.Name, isSearchable: true, isOrderable: true)
            .Default("homepage", principal => App(principal)?.Web.HomePageUrl)
            .Default("loginUrl", _ => null)
            .Default("logoutUrl", principal => App(principal)?.Web.LogoutUrl)
            .Default(
                "notes",
                principal => principal.Notes,
                Filters.None,
                (principal, value) => principal with { Notes = Values.Text(value) }
            )
            .Default("notificationEmailAddresses", _ => new JsonArray())
            .Default("preferredSingleSignOnMode", _ => null)
            .Default("preferredTokenSigningKeyThumbprint", principal => principal.PreferredTokenSigningKeyThumbprint)
            .Default("replyUrls", principal => GraphJson.Strings(App(principal)?.RedirectUris ?? []))
            .Default("servicePrincipalNames", principal => Names(principal), Filters.Any)
            .Default("servicePrincipalType", _ => "Application", Filters.Equal)
            .Default("signInAudience", principal => App(principal)?.SignInAudience)
            .Default(
                "tags",
                principal => GraphJson.Strings(principal.Tags),
                Filters.Any,
                (principal, value) => principal with { Tags = Values.Texts(value) }
            )
            .Default("tokenEncryptionKeyId", _ => null)
            .Default("samlSingleSignOnSettings", _ => null)
            .Default("addIns", _ => new JsonArray())
            .Default("appRoles", principal => GraphJson.Plain(App(principal)?.AppRoles ?? []))
            .Default("info", _ => new JsonObject { ["logoUrl"] = null })
            .Default("keyCredentials", _ => new JsonArray())
            .Default("oauth2PermissionScopes", principal => GraphJson.Plain(App(principal)?.Api.Oauth2PermissionScopes ?? []))
            .Default("passwordCredentials", _ => new JsonArray())
            .Default("resourceSpecificApplicationPermissions", _ => new JsonArray())
            .Default("verifiedPublisher", principal => new JsonObject { ["displayName"] = App(principal)?.VerifiedPublisher });

        Application? App(ServicePrincipal principal) => directory.ApplicationOf(principal);

        JsonArray Names(ServicePrincipal principal) =>
            GraphJson.Strings((App(principal)?.IdentifierUris ?? []).Prepend(principal.AppId.ToString()).Distinct());
    }

    public static EntityType<OAuth2PermissionGrant> CreateGrant() =>
        new EntityType<OAuth2PermissionGrant>("oAuth2PermissionGrant", "oauth2PermissionGrants")
            .Default("clientId", grant => GraphJson.Id(grant.ClientId), Filters.Equal)
            .Default("consentType", grant => grant.ConsentType, Filters.Equal)
            .Default("id", grant => grant.Id)
            .Default("principalId", grant => grant.PrincipalId?.ToString(), Filters.Equal)
            .Default("resourceId", grant => GraphJson.Id(grant.ResourceId), Filters.Equal)
            .Default("scope", grant => grant.Scope, Filters.None, (grant, value) => grant with { Scope = Values.Text(value) ?? "" });

    public static EntityType<AppRoleAssignment> CreateAssignment(EntraDirectory directory) =>
        new EntityType<AppRoleAssignment>("appRoleAssignment", "appRoleAssignments")
            .Default("id", assignment => assignment.Id)
            .Default("deletedDateTime", _ => null)
            .Default("appRoleId", assignment => GraphJson.Id(assignment.AppRoleId), Filters.Equal)
            .Default("createdDateTime", assignment => GraphJson.Instant(assignment.CreatedDateTime))
            .Default("principalDisplayName", assignment => NameOf(directory, assignment.PrincipalId), Filters.Name)
            .Default("principalId", assignment => GraphJson.Id(assignment.PrincipalId), Filters.Equal)
            .Default("principalType", assignment => TypeOf(directory, assignment.PrincipalId))
            .Default("resourceDisplayName", assignment => NameOf(directory, assignment.ServicePrincipalId), Filters.Name)
            .Default("resourceId", assignment => GraphJson.Id(assignment.ServicePrincipalId), Filters.Equal);

    private static string? NameOf(EntraDirectory directory, Guid id) =>
        directory.Users.Find(id)?.DisplayName
        ?? directory.Groups.Find(id)?.DisplayName
        ?? (directory.ServicePrincipals.Find(id) is { } principal ? directory.ApplicationOf(principal)?.DisplayName : null);

    private static string TypeOf(EntraDirectory directory, Guid id) =>
        directory.Users.Find(id) is not null ? "User"
        : directory.Groups.Find(id) is not null ? "Group"
        : "ServicePrincipal";
}
