using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Tokens;

namespace Anteroom.EntraEmulator.Consenting;

/// <summary>What was consented to, and what still has to be (entra-oidc.md §6). The register writes it down.</summary>
internal sealed class Consent(EntraDirectory directory, ConsentRegister register)
{
    /// <summary>Full names of the asked scopes that nobody has consented to for this user.</summary>
    public IReadOnlyList<string> Missing(Tenant tenant, User user, Application client, ScopeSet scopes)
    {
        var principal = directory.FindServicePrincipal(tenant.Id, client.AppId);
        return
        [
            .. Expand(client, scopes)
                .GroupBy(scope => scope.ResourceAppId)
                .SelectMany(group => MissingAt(tenant, user, client, principal, group.Key, group))
                .Select(scope => scope.FullName),
        ];
    }

    public bool Covers(Tenant tenant, User user, Application client, ScopeSet scopes) =>
        directory.FindServicePrincipal(tenant.Id, client.AppId) is not null && Missing(tenant, user, client, scopes).Count == 0;

    /// <summary>The permissions in question, one by one: <c>.default</c> becomes what the registration lists (§6.2).</summary>
    public IReadOnlyList<AskedScope> Expand(Application client, ScopeSet scopes)
    {
        var named = scopes
            .OpenIdScopes.Select(name => new AskedScope(MicrosoftGraph.AppId, name, name))
            .Concat(scopes.ResourceScopes.SelectMany(name => OfResource(client, scopes.Definition, scopes.ResourceUri, name)));
        var others = scopes.OtherScopes.SelectMany(full =>
        {
            var (uri, name) = (full[..full.LastIndexOf('/')], full[(full.LastIndexOf('/') + 1)..]);
            var selector = new Discovery.TenantSelector("", null);
            return ScopeSet.TryFindResource(directory, selector, uri, out var resource)
                ? OfResource(client, resource ?? MicrosoftGraph.Application, uri, name)
                : [];
        });
        return [.. named.Concat(others).DistinctBy(scope => scope.FullName, StringComparer.OrdinalIgnoreCase)];
    }

    /// <param name="user">One user, or null for the whole organization.</param>
    public void Grant(Tenant tenant, Application application, User? user, ScopeSet scopes) =>
        register.Grant(tenant.Id, application.AppId, user?.Id, Expand(application, scopes).Select(scope => scope.FullName));

    /// <summary>Everything that the registration lists, application permissions included, for everybody.</summary>
    public void GrantForOrganization(Tenant tenant, Application application, ScopeSet scopes)
    {
        Grant(tenant, application, null, scopes);
        if (scopes.ResourceScopes.Contains(ScopeSet.Default))
            register.GrantAdminConsent(tenant.Id, application);
    }

    private IEnumerable<AskedScope> MissingAt(
        Tenant tenant,
        User user,
        Application client,
        ServicePrincipal? principal,
        Guid resourceAppId,
        IEnumerable<AskedScope> asked
    )
    {
        var resource = directory.FindServicePrincipal(tenant.Id, resourceAppId);
        if (principal is null || resource is null)
            return asked;
        var granted = directory.GrantedScopes(principal, user.Id, resource.Id);
        var free = PreAuthorized(client, directory.ApplicationOf(resource));
        // ".default" is content with whatever was consented before (§2.1).
        return asked.Where(scope =>
            !(scope.IsOfDefault && granted.Count > 0) && !granted.Contains(scope.Name) && !free.Contains(scope.Name)
        );
    }

    private static HashSet<string> PreAuthorized(Application client, Application? resource)
    {
        var ids = resource
            ?.Api.PreAuthorizedApplications.Where(known => known.AppId == client.AppId)
            .SelectMany(known => known.DelegatedPermissionIds)
            .ToHashSet();
        return ids is { Count: > 0 }
            ? resource!
                .Api.Oauth2PermissionScopes.Where(scope => ids.Contains(scope.Id))
                .Select(scope => scope.Value)
                .ToHashSet(StringComparer.OrdinalIgnoreCase)
            : [];
    }

    private static IEnumerable<AskedScope> OfResource(Application client, Application resource, string uri, string name)
    {
        if (name != ScopeSet.Default)
            return [new AskedScope(resource.AppId, name, $"{uri}/{name}")];
        var listed = client
            .RequiredResourceAccess.Where(access => access.ResourceAppId == resource.AppId)
            .SelectMany(access => access.ResourceAccess)
            .Where(access => access.Type == ResourceAccess.Scope)
            .Select(access => access.Id)
            .ToHashSet();
        return resource
            .Api.Oauth2PermissionScopes.Where(scope => listed.Contains(scope.Id))
            .Select(scope => new AskedScope(
                resource.AppId,
                scope.Value,
                ScopeSet.OpenIdNames.Contains(scope.Value) ? scope.Value : $"{uri}/{scope.Value}"
            )
            {
                IsOfDefault = true,
            });
    }
}

/// <summary>One delegated permission that is asked for.</summary>
internal sealed record AskedScope(Guid ResourceAppId, string Name, string FullName)
{
    /// <summary>Meant by <c>.default</c>, not named.</summary>
    public bool IsOfDefault { get; init; }
}
