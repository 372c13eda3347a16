using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Signing;

namespace Anteroom.EntraEmulator.Discovery;

/// <summary>Discovery and keys of both versions, and instance discovery (entra-oidc.md §1).</summary>
internal static class DiscoveryEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/{tenant}/v2.0/.well-known/openid-configuration", Version2);
        routes.MapGet("/{tenant}/.well-known/openid-configuration", Version1);
        routes.MapGet(
            "/{tenant}/discovery/v2.0/keys",
            (HttpContext http, string tenant, EntraDirectory directory, KeyRing ring) => Keys(http, tenant, directory, ring, isV1: false)
        );
        routes.MapGet(
            "/{tenant}/discovery/keys",
            (HttpContext http, string tenant, EntraDirectory directory, KeyRing ring) => Keys(http, tenant, directory, ring, isV1: true)
        );
        routes.MapGet("/common/discovery/instance", Instance);
    }

    private static IResult Version2(HttpContext http, string tenant, EntraDirectory directory) =>
        TenantSelector.Find(directory, tenant) is { } selector
            ? DiscoveryReplies.Json(http, DiscoveryDocument.Version2(http, selector, directory.Settings, AppIdQuery(http)))
            : DiscoveryReplies.Refuse(http, RequestErrors.TenantNotFound(tenant));

    private static IResult Version1(HttpContext http, string tenant, EntraDirectory directory)
    {
        if (TenantSelector.Find(directory, tenant) is not { } selector)
            return DiscoveryReplies.Refuse(http, RequestErrors.TenantNotFound(tenant));
        return selector.IsConsumers
            ? DiscoveryReplies.Refuse(http, RequestErrors.PersonalTenantNeedsVersion2())
            : DiscoveryReplies.Json(http, DiscoveryDocument.Version1(http, selector, directory, AppIdQuery(http)));
    }

    private static IResult Keys(HttpContext http, string tenant, EntraDirectory directory, KeyRing ring, bool isV1)
    {
        if (TenantSelector.Find(directory, tenant) is not { } selector)
            return DiscoveryReplies.Refuse(http, RequestErrors.TenantNotFound(tenant));

        var keys = ring.Published.Where(key => selector.IsShared || key.IsConsumers == selector.IsConsumers);
        if (
            Guid.TryParse(http.Request.Query["appid"], out var appId)
            && selector.Tenant is { } named
            && directory.FindServicePrincipal(named.Id, appId) is { } principal
        )
            keys = keys.Concat(ring.OwnOf(principal));
        var instance = InstanceName(http, directory.Settings);
        var authority = Authority.Of(http);
        var list = keys.Select(stored =>
        {
            var issuer = stored.IsConsumers ? Authority.ConsumersTenantId : selector.IssuerTenant;
            return (JsonNode)Describe(ring.Load(stored), isV1 ? null : instance, isV1 ? null : authority.Issuer(issuer));
        });
        return DiscoveryReplies.Json(http, new JsonObject { ["keys"] = new JsonArray([.. list]) });
    }

    /// <summary>MSAL asks this first, and trusts the hosts that it lists (§1.3).</summary>
    private static IResult Instance(HttpContext http, EntraDirectory directory)
    {
        var authority = Authority.Of(http);
        var asked = (string?)http.Request.Query["authorization_endpoint"];
        var segment = Uri.TryCreate(asked, UriKind.Absolute, out var uri) && uri.Segments.Length > 1 ? uri.Segments[1].Trim('/') : "common";
        if (TenantSelector.Find(directory, segment) is null)
            return DiscoveryReplies.Refuse(http, RequestErrors.TenantNotFound(segment));

        var metadata = new JsonArray(Network(authority.HostAndPort, authority.HostAndPort, [authority.HostAndPort]));
        // A client that asks by a host of a real cloud, and resolves it to this machine, is told of that cloud.
        if (CloudShape.ByHost(authority.Host) is { } cloud)
            metadata = new JsonArray(Network(cloud.LoginHost, cloud.Aliases.Count > 1 ? cloud.Aliases[1] : cloud.LoginHost, cloud.Aliases));
        return DiscoveryReplies.Json(
            http,
            new JsonObject
            {
                ["tenant_discovery_endpoint"] = $"{authority.Url}/{segment}/v2.0/.well-known/openid-configuration",
                ["api-version"] = "1.1",
                ["metadata"] = metadata,
            }
        );
    }

    /// <summary>What documents call this cloud: the configured one's name, or this listener's.</summary>
    public static string InstanceName(HttpContext http, EmulatorSettings settings)
    {
        var authority = Authority.Of(http);
        var cloud = CloudShape.Of(settings, authority);
        return cloud == CloudShape.Global && CloudShape.ByHost(authority.Host) is null ? authority.HostAndPort : cloud.InstanceName;
    }

    private static JsonObject Network(string network, string cache, IReadOnlyList<string> aliases) =>
        new()
        {
            ["preferred_network"] = network,
            ["preferred_cache"] = cache,
            ["aliases"] = new JsonArray([.. aliases.Select(alias => (JsonNode)alias)]),
        };

    private static JsonObject Describe(TokenKey key, string? instance, string? issuer)
    {
        var described = new JsonObject
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["kid"] = key.Kid,
            ["x5t"] = key.Kid,
            ["n"] = key.Modulus,
            ["e"] = key.Exponent,
            ["x5c"] = new JsonArray(key.CertificateBase64),
        };
        if (instance is not null)
            described["cloud_instance_name"] = instance;
        if (issuer is not null)
            described["issuer"] = issuer;
        return described;
    }

    /// <summary>Discovery for one application points to the keys for one application (§1.4, last point).</summary>
    private static string AppIdQuery(HttpContext http) =>
        (string?)http.Request.Query["appid"] is { Length: > 0 } appId ? $"?appid={Uri.EscapeDataString(appId)}" : "";
}
