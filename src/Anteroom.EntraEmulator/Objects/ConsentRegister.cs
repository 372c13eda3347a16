using Anteroom.EntraEmulator.Storage;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Objects;

/// <summary>Consent as the directory keeps it (entra-oidc.md §6.1): service principals, delegated grants and application permissions.</summary>
internal sealed class ConsentRegister(EntraDirectory directory, TimeProvider clock)
{
    /// <summary>The application's service principal in a tenant, made when it is missing.</summary>
    public ServicePrincipal Provide(Changes changes, Guid tenantId, Guid appId)
    {
        if (directory.FindServicePrincipal(tenantId, appId) is { } existing)
            return existing;
        var principal = new ServicePrincipal(Identifiers.NewUuid(clock), tenantId, appId) { CreatedDateTime = clock.GetUtcNow() };
        changes.Put(directory.ServicePrincipals, principal);
        return principal;
    }

    /// <summary>Adds delegated permissions to what a user, or everybody, has consented to; the application appears in the tenant.</summary>
    /// <param name="userId">One user, or null for the whole organization.</param>
    /// <param name="scopes">OpenID scopes, and others by full name: <c>https://graph.microsoft.com/User.Read</c>.</param>
    public ServicePrincipal Grant(Guid tenantId, Guid clientAppId, Guid? userId, IEnumerable<string> scopes) =>
        directory.Write(changes => Grant(changes, tenantId, clientAppId, userId, scopes));

    /// <summary>The same as a part of another change.</summary>
    public ServicePrincipal Grant(Changes changes, Guid tenantId, Guid clientAppId, Guid? userId, IEnumerable<string> scopes)
    {
        var client = Provide(changes, tenantId, clientAppId);
        foreach (var group in scopes.GroupBy(scope => ResourceOf(scope)))
        {
            if (group.Key is not { } resourceAppId)
                continue;
            var resource = Provide(changes, tenantId, resourceAppId);
            var names = group.Select(scope => scope[(scope.LastIndexOf('/') + 1)..]).Where(name => name != ".default");
            Put(changes, client, userId, resource.Id, names);
        }
        return client;
    }

    /// <summary>"Grant admin consent": everything that the registration asks for, for everybody; delegated and application permissions.</summary>
    public ServicePrincipal GrantAdminConsent(Guid tenantId, Application application) =>
        directory.Write(changes =>
        {
            var client = Provide(changes, tenantId, application.AppId);
            foreach (var asked in application.RequiredResourceAccess)
            {
                var definition =
                    asked.ResourceAppId == MicrosoftGraph.AppId
                        ? MicrosoftGraph.Application
                        : directory.FindApplication(asked.ResourceAppId);
                if (definition is null)
                    continue;
                var resource = Provide(changes, tenantId, asked.ResourceAppId);
                var ids = asked.ResourceAccess.ToLookup(access => access.Type, access => access.Id);
                var scopes = definition.Api.Oauth2PermissionScopes.Where(scope => ids[ResourceAccess.Scope].Contains(scope.Id));
                Put(changes, client, null, resource.Id, scopes.Select(scope => scope.Value));
                foreach (var role in definition.AppRoles.Where(role => ids[ResourceAccess.Role].Contains(role.Id)))
                    Assign(changes, resource.Id, client.Id, role.Id);
            }
            return client;
        });

    /// <summary>Gives a principal a role of a resource, once.</summary>
    public AppRoleAssignment Assign(Changes changes, Guid resourceId, Guid principalId, Guid appRoleId)
    {
        var existing = directory
            .AssignmentsTo.Find(principalId.ToString())
            .FirstOrDefault(known => known.ServicePrincipalId == resourceId && known.AppRoleId == appRoleId);
        if (existing is not null)
            return existing;
        var assignment = new AppRoleAssignment(ObjectKeys.New(), resourceId, principalId, appRoleId)
        {
            CreatedDateTime = clock.GetUtcNow(),
        };
        changes.Put(directory.Assignments, assignment);
        return assignment;
    }

    /// <summary>Takes back every consent of a tenant to an application: delegated and application permissions. Assigned people stay.</summary>
    public void Withdraw(ServicePrincipal client) =>
        directory.Write(changes =>
        {
            foreach (var grant in directory.GrantsOf.Find(client.Id.ToString()))
                changes.Remove(directory.Grants, grant.Id);
            foreach (var assignment in directory.AssignmentsTo.Find(client.Id.ToString()))
                changes.Remove(directory.Assignments, assignment.Id);
        });

    private void Put(Changes changes, ServicePrincipal client, Guid? userId, Guid resourceId, IEnumerable<string> names)
    {
        var existing = directory
            .GrantsOf.Find(client.Id.ToString())
            .FirstOrDefault(grant => grant.PrincipalId == userId && grant.ResourceId == resourceId);
        var before = existing?.Scopes.ToList() ?? [];
        var after = before.Concat(names).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (after.Count == before.Count)
            return;
        var scope = string.Join(' ', after);
        changes.Put(
            directory.Grants,
            existing is null
                ? new OAuth2PermissionGrant(ObjectKeys.New(), client.Id, userId, resourceId, scope)
                : existing with
                {
                    Scope = scope,
                }
        );
    }

    /// <summary>The client id of the API that a full scope name belongs to; names without one are Microsoft Graph's.</summary>
    private Guid? ResourceOf(string scope)
    {
        var slash = scope.LastIndexOf('/');
        if (slash < 0 || scope[..slash].TrimEnd('/') == MicrosoftGraph.Uri)
            return MicrosoftGraph.AppId;
        var uri = scope[..slash].TrimEnd('/');
        var id = uri.StartsWith("api://", StringComparison.Ordinal) ? uri["api://".Length..] : uri;
        return Guid.TryParseExact(id, "D", out var appId) ? appId : directory.ApplicationsByIdentifier.First(uri)?.AppId;
    }
}
