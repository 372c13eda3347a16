using Anteroom.EntraEmulator.Discovery;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>What a request asks for: OpenID scopes, and scopes of one resource (entra-oidc.md §2.1 scope, §3.1).</summary>
/// <param name="Resource">The application whose API is meant; null is Microsoft Graph.</param>
/// <param name="ResourceScopes">Short names, for example <c>User.Read</c>; <c>.default</c> stands for all that was consented.</param>
internal sealed record ScopeSet(
    IReadOnlyList<string> OpenIdScopes,
    Application? Resource,
    string ResourceUri,
    IReadOnlyList<string> ResourceScopes
)
{
    public const string GraphUri = "https://graph.microsoft.com";
    private const string GraphAppId = Hosting.Authority.GraphAppId;

    /// <summary>Delegated permissions of Microsoft Graph that the emulator knows (§8.3), in the portal's order.</summary>
    public static readonly IReadOnlyList<string> GraphScopes =
    [
        .. MicrosoftGraph.Application.Api.Oauth2PermissionScopes.Select(scope => scope.Value),
    ];

    public static readonly string[] OpenIdNames = ["openid", "profile", "email", "offline_access"];

    public bool OpenId => Has("openid");

    public bool Profile => Has("profile");

    public bool Email => Has("email");

    public bool OfflineAccess => Has("offline_access");

    /// <summary>What the user is asked to consent to: all of it.</summary>
    public IEnumerable<string> Consentable => [.. OpenIdScopes, .. ResourceScopes.Select(FullName)];

    /// <summary>The <c>scope</c> of the token response: never offline_access.</summary>
    public string Granted =>
        string.Join(
            ' ',
            OpenIdScopes.Where(scope => scope != "offline_access").Order(StringComparer.Ordinal).Concat(ResourceScopes.Select(FullName))
        );

    public static Result<ScopeSet, AadstsError> Parse(
        EntraDirectory directory,
        TenantSelector selector,
        Application client,
        string text,
        bool firstResourceWins = false
    )
    {
        var openId = new List<string>();
        var byResource = new List<(string Uri, Application? Resource, List<string> Names)>();
        foreach (var scope in text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct())
        {
            if (OpenIdNames.Contains(scope))
            {
                openId.Add(scope);
                continue;
            }
            if (!Resolve(directory, selector, client, scope).TryGet(out var found, out var error))
                return error;
            var group = byResource.Find(known => known.Resource == found.Resource);
            if (group.Names is null)
                byResource.Add(group = (found.Uri, found.Resource, []));
            group.Names.Add(found.Name);
        }

        if (byResource.Exists(group => group.Names.Contains(".default") && group.Names.Count > 1))
            return Aadsts.MixedDefaultScope();
        if (byResource.Count > 1 && !firstResourceWins)
            return Aadsts.SeveralResources(text);
        return byResource.Count == 0
            ? new ScopeSet(openId, null, GraphUri, [])
            : new ScopeSet(openId, byResource[0].Resource, byResource[0].Uri, byResource[0].Names);
    }

    /// <summary>A resource by its identifier: Graph, an application id, or an application ID URI.</summary>
    public static bool TryFindResource(EntraDirectory directory, TenantSelector selector, string uri, out Application? resource)
    {
        resource = null;
        if (IsGraph(uri))
            return true;
        var id = uri.StartsWith("api://", StringComparison.Ordinal) ? uri["api://".Length..] : uri;
        resource = Guid.TryParseExact(id, "D", out var appId)
            ? directory.FindApplication(appId)
            : directory.ApplicationsByIdentifier.First(uri);
        return resource is not null
            && (selector.Tenant is not { } tenant || directory.FindServicePrincipal(tenant.Id, resource.AppId) is not null);
    }

    /// <summary>Graph by its real address, its application id, or its address at this emulator.</summary>
    private static bool IsGraph(string uri) =>
        uri.TrimEnd('/') is GraphUri or GraphAppId
        || (Uri.TryCreate(uri, UriKind.Absolute, out var local) && local.IsLoopback && local.AbsolutePath.TrimEnd('/') == "/graph");

    private static Result<ResolvedScope, AadstsError> Resolve(
        EntraDirectory directory,
        TenantSelector selector,
        Application client,
        string scope
    )
    {
        var slash = scope.LastIndexOf('/');
        if (slash < 0)
            return GraphScopes.Contains(scope, StringComparer.OrdinalIgnoreCase)
                ? new ResolvedScope(GraphUri, null, scope)
                : Aadsts.ScopeUnknown(client.DisplayName, client.AppId, scope);

        var (uri, name) = (scope[..slash].TrimEnd('/'), scope[(slash + 1)..]);
        if (name.Length == 0)
            return Aadsts.InvalidScopeValue(scope);
        if (!TryFindResource(directory, selector, uri, out var resource))
            return Aadsts.ResourceNotFound(uri, selector.Name);
        if (resource is null && name != ".default" && !GraphScopes.Contains(name, StringComparer.OrdinalIgnoreCase))
            return Aadsts.ScopeUnknown(client.DisplayName, client.AppId, name);
        return new ResolvedScope(resource is null ? GraphUri : uri, resource, name);
    }

    private string FullName(string name) => $"{ResourceUri}/{name}";

    private bool Has(string name) => OpenIdScopes.Contains(name);

    private sealed record ResolvedScope(string Uri, Application? Resource, string Name);
}
