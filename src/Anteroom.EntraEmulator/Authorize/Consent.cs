using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Storage;
using Anteroom.EntraEmulator.Tokens;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Authorize;

/// <summary>Delegated consent (entra-oidc.md §6): who said yes to which scopes, and the service principal that the first yes creates.</summary>
internal sealed class Consent(EntraDirectory directory, TimeProvider clock)
{
    public bool Covers(ServicePrincipal? principal, User user, ScopeSet scopes)
    {
        if (principal is null)
            return false;
        var granted = directory
            .GrantsOf.Find(principal.Id.ToString())
            .Where(grant => grant.PrincipalId is null || grant.PrincipalId == user.Id)
            .SelectMany(grant => grant.Scopes)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return granted.Count > 0 && scopes.Consentable.All(scope => granted.Contains(scope) || IsDefault(scope));
    }

    /// <param name="user">One user, or null for the whole organization.</param>
    public ServicePrincipal Grant(Tenant tenant, Application application, User? user, IEnumerable<string> scopes) =>
        directory.Write(changes =>
        {
            var principal = Provide(changes, tenant.Id, application.AppId);
            var existing = directory.GrantsOf.Find(principal.Id.ToString()).FirstOrDefault(grant => grant.PrincipalId == user?.Id);
            var all = (existing?.Scopes ?? []).Concat(scopes).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
            changes.Put(
                directory.Grants,
                existing is null
                    ? new PermissionGrant(Identifiers.NewUuid(clock), principal.Id, user?.Id, all)
                    : existing with
                    {
                        Scopes = all,
                    }
            );
            return principal;
        });

    /// <summary>The application's service principal in a tenant, made when it is missing.</summary>
    public ServicePrincipal Provide(Changes changes, Guid tenantId, Guid appId)
    {
        if (directory.FindServicePrincipal(tenantId, appId) is { } existing)
            return existing;
        var principal = new ServicePrincipal(Identifiers.NewUuid(clock), tenantId, appId);
        changes.Put(directory.ServicePrincipals, principal);
        return principal;
    }

    // ".default" asks for what was consented before, so it never asks for more.
    private static bool IsDefault(string scope) => scope.EndsWith("/.default", StringComparison.Ordinal);
}
