using Anteroom.EntraEmulator.Discovery;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>What a request asks for: OpenID scopes, and scopes of one resource (entra-oidc.md §2.1 scope, §3.1).</summary>
/// <param name="Resource">The application whose API is meant; null is Microsoft Graph.</param>
/// <param name="ResourceScopes">Short names, for example <c>User.Read</c>; <c>.default</c> stands for all that is registered.</param>
internal sealed record ScopeSet(
    IReadOnlyList<string> OpenIdScopes,
    Application? Resource,
    string ResourceUri,
    IReadOnlyList<string> ResourceScopes
)
{
    public const string Default = ".default";

    public static readonly IReadOnlyList<string> OpenIdNames = ["openid", "profile", "email", "offline_access"];

    /// <summary>Scopes of further resources, by full name: they are consented to with the rest, but no token is for them.</summary>
    public IReadOnlyList<string> OtherScopes { get; init; } = [];

    /// <summary>The resource's scopes as the request spelled them: short or full. The answer spells them alike, and caches look for that.</summary>
    public IReadOnlyList<string>? AskedNames { get; init; }

    public bool OpenId => Has("openid");

    public bool Profile => Has("profile");

    public bool Email => Has("email");

    public bool OfflineAccess => Has("offline_access");

    public Guid ResourceAppId => Resource?.AppId ?? MicrosoftGraph.AppId;

    /// <summary>The API's registration; Microsoft Graph's is built in.</summary>
    public Application Definition => Resource ?? MicrosoftGraph.Application;

    /// <summary>What the user is asked to consent to: all of it.</summary>
    public IEnumerable<string> Consentable => [.. OpenIdScopes, .. ResourceScopes.Select(FullName), .. OtherScopes];

    /// <summary>The <c>scope</c> of the token response: never offline_access.</summary>
    public string Granted =>
        string.Join(
            ' ',
            OpenIdScopes
                .Where(scope => scope != "offline_access")
                .Order(StringComparer.Ordinal)
                .Concat(AskedNames ?? ResourceScopes.Select(FullName))
        );

    /// <summary>Scopes as version 2 names them. With several resources the first one's token is issued.</summary>
    public static Result<ScopeSet, AadstsError> Parse(EntraDirectory directory, TenantSelector selector, Application client, string text)
    {
        var openId = new List<string>();
        var byResource = new List<(string Uri, Application? Resource, List<string> Names, List<string> Asked)>();
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
                byResource.Add(group = (found.Uri, found.Resource, [], []));
            group.Names.Add(found.Name);
            group.Asked.Add(scope);
        }

        if (byResource.Exists(group => group.Names.Contains(Default)) && byResource.Sum(group => group.Names.Count) > 1)
            return RequestErrors.MixedDefaultScope();
        if (byResource.Count == 0)
            return new ScopeSet(openId, null, MicrosoftGraph.Uri, []);
        return new ScopeSet(openId, byResource[0].Resource, byResource[0].Uri, byResource[0].Names)
        {
            AskedNames = byResource[0].Asked,
            OtherScopes = [.. byResource.Skip(1).SelectMany(group => group.Names.Select(name => $"{group.Uri}/{name}"))],
        };
    }

    /// <summary>
    /// Version 1 names one resource and means all that the registration lists of it; scopes are for OpenID only. Without a resource it is
    /// the first word that is no OpenID scope, as a grant remembers it, else Microsoft Graph.
    /// </summary>
    public static Result<ScopeSet, AadstsError> OfResource(
        EntraDirectory directory,
        TenantSelector selector,
        Application client,
        string resource,
        string text
    )
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var asked = resource.Length > 0 ? resource : words.FirstOrDefault(word => !OpenIdNames.Contains(word)) ?? MicrosoftGraph.Uri;
        var openId = words.Where(word => OpenIdNames.Contains(word)).Distinct().ToList();
        var uri = asked.TrimEnd('/');
        if (!TryFindResource(directory, selector, uri, out var found))
            return RequestErrors.ResourceNotFound(asked, selector.Name);
        if (found is null)
            return new ScopeSet(openId, null, MicrosoftGraph.Uri, [Default]);
        if (found.AppId == client.AppId && !Guid.TryParseExact(uri, "D", out _))
            return RequestErrors.TokenForItself(client.AppId, client.DisplayName);
        var isListed = client.RequiredResourceAccess.Any(access => access.ResourceAppId == found.AppId);
        return isListed || found.AppId == client.AppId
            ? new ScopeSet(openId, found, uri, [Default])
            : RequestErrors.ResourceNotInRegistration(
                client.AppId,
                client.DisplayName,
                asked,
                found.AppId.ToString(),
                string.Join(", ", client.RequiredResourceAccess.Select(access => access.ResourceAppId))
            );
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

    public string FullName(string name) => $"{ResourceUri}/{name}";

    /// <summary>Graph by its real address, its application id, or its address at this emulator.</summary>
    private static bool IsGraph(string uri) =>
        uri.TrimEnd('/') == MicrosoftGraph.Uri
        || uri == Hosting.Authority.GraphAppId
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
            return MicrosoftGraph.FindScope(scope) is { } known
                ? new ResolvedScope(MicrosoftGraph.Uri, null, known.Value)
                : RequestErrors.ScopeUnknown(client.DisplayName, client.AppId, scope);

        var (uri, name) = (scope[..slash].TrimEnd('/'), scope[(slash + 1)..]);
        if (name.Length == 0)
            return RequestErrors.InvalidScopeValue(scope);
        if (!TryFindResource(directory, selector, uri, out var resource))
            return RequestErrors.ResourceNotFound(uri, selector.Name);
        if (resource is not null && selector.IsConsumers && resource.Api.RequestedAccessTokenVersion != 2)
            return RequestErrors.ResourceNotOverShared(uri, resource.DisplayName);
        var scopes = (resource ?? MicrosoftGraph.Application).Api.Oauth2PermissionScopes;
        var isKnown = name == Default || scopes.Any(offered => offered.IsEnabled && Same(offered.Value, name));
        return isKnown
            ? new ResolvedScope(resource is null ? MicrosoftGraph.Uri : uri, resource, name)
            : RequestErrors.ScopeUnknown(client.DisplayName, client.AppId, name, (resource?.AppId ?? MicrosoftGraph.AppId).ToString());
    }

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    private bool Has(string name) => OpenIdScopes.Contains(name);

    private sealed record ResolvedScope(string Uri, Application? Resource, string Name);
}
