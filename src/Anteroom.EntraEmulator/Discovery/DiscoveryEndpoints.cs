using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Signing;

namespace Anteroom.EntraEmulator.Discovery;

/// <summary>Discovery, keys and instance discovery (entra-oidc.md §1).</summary>
internal static class DiscoveryEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/{tenant}/v2.0/.well-known/openid-configuration", Configuration);
        routes.MapGet("/{tenant}/discovery/v2.0/keys", Keys);
        routes.MapGet("/common/discovery/instance", Instance);
        routes.MapGet("/error", (string? code) => Results.Redirect($"/portal/error-codes?code={Uri.EscapeDataString(code ?? "")}"));
    }

    private static IResult Configuration(HttpContext http, string tenant, EntraDirectory directory)
    {
        if (TenantSelector.Find(directory, tenant) is not { } selector)
            return Json(http, ErrorReplies.DiscoveryBody(Aadsts.TenantNotFound(tenant), http), cached: false, status: 400);

        var authority = Authority.Of(http);
        var root = $"{authority.Url}/{selector.Segment}";
        return Json(
            http,
            new JsonObject
            {
                ["token_endpoint"] = $"{root}/oauth2/v2.0/token",
                ["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_post", "private_key_jwt", "client_secret_basic"),
                ["jwks_uri"] = $"{root}/discovery/v2.0/keys",
                ["response_modes_supported"] = new JsonArray("query", "fragment", "form_post"),
                ["subject_types_supported"] = new JsonArray("pairwise"),
                ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
                ["response_types_supported"] = new JsonArray("code", "id_token", "code id_token", "id_token token"),
                ["scopes_supported"] = new JsonArray("openid", "profile", "email", "offline_access"),
                ["issuer"] = authority.Issuer(selector.Tenant?.Id.ToString() ?? "{tenantid}"),
                ["request_uri_parameter_supported"] = false,
                ["userinfo_endpoint"] = $"{authority.Url}/graph/oidc/userinfo",
                ["authorization_endpoint"] = $"{root}/oauth2/v2.0/authorize",
                ["device_authorization_endpoint"] = $"{root}/oauth2/v2.0/devicecode",
                ["http_logout_supported"] = true,
                ["frontchannel_logout_supported"] = true,
                ["end_session_endpoint"] = $"{root}/oauth2/v2.0/logout",
                ["claims_supported"] = new JsonArray(
                    "sub",
                    "iss",
                    "cloud_instance_name",
                    "cloud_instance_host_name",
                    "cloud_graph_host_name",
                    "msgraph_host",
                    "aud",
                    "exp",
                    "iat",
                    "auth_time",
                    "acr",
                    "nonce",
                    "preferred_username",
                    "name",
                    "tid",
                    "ver",
                    "at_hash",
                    "c_hash",
                    "email"
                ),
                ["kerberos_endpoint"] = $"{root}/kerberos",
                ["tenant_region_scope"] = selector.Tenant?.Region,
                ["cloud_instance_name"] = authority.HostAndPort,
                ["cloud_graph_host_name"] = "graph.windows.net",
                ["msgraph_host"] = $"{authority.HostAndPort}/graph",
                ["rbac_url"] = "https://pas.windows.net",
            }
        );
    }

    private static IResult Keys(HttpContext http, string tenant, EntraDirectory directory, KeyRing ring)
    {
        if (TenantSelector.Find(directory, tenant) is not { } selector)
            return Json(http, ErrorReplies.DiscoveryBody(Aadsts.TenantNotFound(tenant), http), cached: false, status: 400);

        var authority = Authority.Of(http);
        var keys = new JsonArray();
        foreach (var stored in ring.Published.Where(key => selector.Tenant is null || !key.IsConsumers))
        {
            var key = ring.Load(stored);
            var issuer = stored.IsConsumers ? Authority.ConsumersTenantId : selector.Tenant?.Id.ToString() ?? "{tenantid}";
            keys.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["kty"] = "RSA",
                        ["use"] = "sig",
                        ["kid"] = key.Kid,
                        ["x5t"] = key.Kid,
                        ["n"] = key.Modulus,
                        ["e"] = key.Exponent,
                        ["x5c"] = new JsonArray(key.CertificateBase64),
                        ["cloud_instance_name"] = authority.HostAndPort,
                        ["issuer"] = authority.Issuer(issuer),
                    }
            );
        }
        return Json(http, new JsonObject { ["keys"] = keys });
    }

    private static IResult Instance(HttpContext http, EntraDirectory directory)
    {
        var authority = Authority.Of(http);
        var asked = (string?)http.Request.Query["authorization_endpoint"];
        var segment = Uri.TryCreate(asked, UriKind.Absolute, out var uri) && uri.Segments.Length > 1 ? uri.Segments[1].Trim('/') : "common";
        if (TenantSelector.Find(directory, segment) is null)
            return Json(http, ErrorReplies.DiscoveryBody(Aadsts.TenantNotFound(segment), http), cached: false, status: 400);

        var host = authority.HostAndPort;
        return Json(
            http,
            new JsonObject
            {
                ["tenant_discovery_endpoint"] = $"{authority.Url}/{segment}/v2.0/.well-known/openid-configuration",
                ["api-version"] = "1.1",
                ["metadata"] = new JsonArray(
                    new JsonObject
                    {
                        ["preferred_network"] = host,
                        ["preferred_cache"] = host,
                        ["aliases"] = new JsonArray(host),
                    }
                ),
            }
        );
    }

    private static IResult Json(HttpContext http, JsonObject body, bool cached = true, int status = 200)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = cached ? "max-age=86400, private" : "no-store, no-cache";
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlAllowMethods = "GET, OPTIONS";
        return Results.Text(body.ToJsonString(), "application/json", System.Text.Encoding.UTF8, status);
    }
}
