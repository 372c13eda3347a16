using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Portal.Registrations;

/// <summary>One permission of an API, as the page lists it.</summary>
/// <param name="Kind"><c>Scope</c> or <c>Role</c>.</param>
/// <param name="NeedsAdmin">"Admin consent required".</param>
/// <param name="IsGranted">Consented to for everybody of the tenant.</param>
public sealed record PermissionRow(
    Guid ResourceAppId,
    string Api,
    Guid Id,
    string Name,
    string Kind,
    string? Description,
    bool NeedsAdmin,
    bool IsGranted
);

/// <summary>Permissions asked for, granted and offered.</summary>
internal static class PermissionRows
{
    /// <summary>What an API offers to be asked for.</summary>
    public static IEnumerable<PermissionRow> Offered(Application api, bool roles) =>
        roles
            ? api
                .AppRoles.Where(role => role.IsEnabled && role.AllowedMemberTypes.Contains(AppRole.ForApplications))
                .Select(role => Row(api, role, false))
            : api.Api.Oauth2PermissionScopes.Where(scope => scope.IsEnabled).Select(scope => Row(api, scope, false));

    public static IReadOnlyList<PermissionRow> Configured(EntraDirectory directory, Application application, ServicePrincipal? principal)
    {
        var granted = Granted(directory, principal).Select(row => (row.ResourceAppId, row.Kind, row.Id)).ToHashSet();
        var rows =
            from asked in application.RequiredResourceAccess
            let api = FindApi(directory, asked.ResourceAppId)
            from access in asked.ResourceAccess
            let row = Find(api, access) ?? Unknown(asked.ResourceAppId, api, access)
            orderby row.Api, row.Name
            select row with
            {
                IsGranted = granted.Contains((row.ResourceAppId, row.Kind, row.Id)),
            };
        return [.. rows];
    }

    /// <summary>"Other permissions granted": consented to, but not asked for by the registration.</summary>
    public static IReadOnlyList<PermissionRow> Others(EntraDirectory directory, Application application, ServicePrincipal? principal)
    {
        var asked = application
            .RequiredResourceAccess.SelectMany(known => known.ResourceAccess.Select(access => (known.ResourceAppId, access.Id)))
            .ToHashSet();
        return [.. Granted(directory, principal).Where(row => !asked.Contains((row.ResourceAppId, row.Id))).OrderBy(row => row.Name)];
    }

    /// <summary>Everything that the tenant has given the service principal: delegated for everybody, and as itself.</summary>
    public static IEnumerable<PermissionRow> Granted(EntraDirectory directory, ServicePrincipal? principal)
    {
        if (principal is null)
            yield break;
        foreach (var grant in directory.GrantsOf.Find(principal.Id.ToString()).Where(grant => grant.PrincipalId is null))
        {
            if (ApiOf(directory, grant.ResourceId) is not { } api)
                continue;
            foreach (var scope in api.Api.Oauth2PermissionScopes.Where(scope => grant.Scopes.Contains(scope.Value)))
                yield return Row(api, scope, true);
        }
        foreach (var assignment in directory.AssignmentsTo.Find(principal.Id.ToString()))
        {
            if (
                ApiOf(directory, assignment.ServicePrincipalId) is { } api
                && api.AppRoles.FirstOrDefault(role => role.Id == assignment.AppRoleId) is { } role
            )
                yield return Row(api, role, true);
        }
    }

    public static Application? ApiOf(EntraDirectory directory, Guid servicePrincipalId) =>
        directory.ServicePrincipals.Find(servicePrincipalId) is { } resource ? directory.ApplicationOf(resource) : null;

    private static Application? FindApi(EntraDirectory directory, Guid appId) =>
        appId == MicrosoftGraph.AppId ? MicrosoftGraph.Application : directory.FindApplication(appId);

    private static PermissionRow? Find(Application? api, ResourceAccess access)
    {
        if (api is null)
            return null;
        if (access.Type == ResourceAccess.Role)
            return api.AppRoles.FirstOrDefault(role => role.Id == access.Id) is { } role ? Row(api, role, false) : null;
        return api.Api.Oauth2PermissionScopes.FirstOrDefault(scope => scope.Id == access.Id) is { } scope ? Row(api, scope, false) : null;
    }

    /// <summary>The manifest may ask for what no API has.</summary>
    private static PermissionRow Unknown(Guid appId, Application? api, ResourceAccess access) =>
        new(appId, api?.DisplayName ?? appId.ToString(), access.Id, access.Id.ToString(), access.Type, null, true, false);

    private static PermissionRow Row(Application api, PermissionScope scope, bool granted) =>
        new(
            api.AppId,
            api.DisplayName,
            scope.Id,
            scope.Value,
            ResourceAccess.Scope,
            scope.AdminConsentDisplayName,
            scope.Type == PermissionScope.ForAdmins,
            granted
        );

    private static PermissionRow Row(Application api, AppRole role, bool granted) =>
        new(api.AppId, api.DisplayName, role.Id, role.Value, ResourceAccess.Role, role.DisplayName, true, granted);
}
