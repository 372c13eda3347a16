using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Tokens;

namespace Anteroom.EntraEmulator.Authorize;

/// <summary>Delegated consent (entra-oidc.md §6): who said yes to which scopes.</summary>
internal sealed class Consent(EntraDirectory directory, ConsentRegister register)
{
    public bool Covers(ServicePrincipal? principal, User user, ScopeSet scopes)
    {
        if (principal is null || directory.GraphIn(user.TenantId) is not { } graph)
            return false;
        var openId = directory.GrantedScopes(principal, user.Id, graph.Id);
        if (!scopes.OpenIdScopes.All(openId.Contains))
            return false;

        // ".default" asks for what was consented before, so it never asks for more.
        var named = scopes.ResourceScopes.Where(name => name != ".default").ToList();
        if (named.Count == 0)
            return openId.Count > 0 || directory.GrantsOf.Contains(principal.Id.ToString());
        var resource = scopes.Resource is { } api ? directory.FindServicePrincipal(user.TenantId, api.AppId) : graph;
        return resource is not null && named.All(directory.GrantedScopes(principal, user.Id, resource.Id).Contains);
    }

    /// <param name="user">One user, or null for the whole organization.</param>
    public ServicePrincipal Grant(Tenant tenant, Application application, User? user, IEnumerable<string> scopes) =>
        register.Grant(tenant.Id, application.AppId, user?.Id, scopes);
}
