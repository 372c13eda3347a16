using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Discovery;

/// <summary>The discovery documents: members and their order as recorded (entra-oidc.md §1.3). What is not there, a client must not demand.</summary>
internal static class DiscoveryDocument
{
    private static readonly string[] Version2Claims =
    [
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
        "email",
    ];

    private static readonly string[] Version1Claims =
    [
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
        "amr",
        "nonce",
        "email",
        "given_name",
        "family_name",
        "nickname",
    ];

    public static JsonObject Version2(HttpContext http, TenantSelector selector, EmulatorSettings settings, string query)
    {
        var authority = Authority.Of(http);
        var root = $"{authority.Url}/{selector.Segment}";
        var document = new JsonObject
        {
            ["token_endpoint"] = $"{root}/oauth2/v2.0/token",
            ["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_post", "private_key_jwt", "client_secret_basic"),
            ["jwks_uri"] = $"{root}/discovery/v2.0/keys{query}",
            ["response_modes_supported"] = new JsonArray("query", "fragment", "form_post"),
            ["subject_types_supported"] = new JsonArray("pairwise"),
            ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
            ["response_types_supported"] = new JsonArray("code", "id_token", "code id_token", "id_token token"),
            ["scopes_supported"] = new JsonArray("openid", "profile", "email", "offline_access"),
            ["issuer"] = authority.Issuer(selector.IssuerTenant),
            ["request_uri_parameter_supported"] = false,
            ["userinfo_endpoint"] = $"{authority.Url}/graph/oidc/userinfo",
            ["authorization_endpoint"] = $"{root}/oauth2/v2.0/authorize",
            ["device_authorization_endpoint"] = $"{root}/oauth2/v2.0/devicecode",
            ["http_logout_supported"] = true,
            ["frontchannel_logout_supported"] = true,
            ["end_session_endpoint"] = $"{root}/oauth2/v2.0/logout",
            ["claims_supported"] = Strings(Version2Claims),
            ["kerberos_endpoint"] = $"{root}/kerberos",
        };
        AddCloud(document, http, selector, settings);
        return document;
    }

    /// <summary>Version 1: another issuer, whose trailing slash matters, other endpoints, and the boxes' types without hybrid forms.</summary>
    public static JsonObject Version1(HttpContext http, TenantSelector selector, EntraDirectory directory, string query)
    {
        var authority = Authority.Of(http);
        var root = $"{authority.Url}/{selector.Segment}";
        var host = CloudShape.Of(directory.Settings, authority).Version1IssuerHost;
        var document = new JsonObject
        {
            ["token_endpoint"] = $"{root}/oauth2/token",
            ["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_post", "private_key_jwt", "client_secret_basic"),
            ["jwks_uri"] = $"{authority.Url}/{selector.Segment}/discovery/keys{query}",
            ["response_modes_supported"] = new JsonArray("query", "fragment", "form_post"),
            ["subject_types_supported"] = new JsonArray("pairwise"),
            ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
            ["response_types_supported"] = new JsonArray("code", "id_token", "code id_token", "token id_token", "token"),
            ["scopes_supported"] = new JsonArray("openid"),
            ["issuer"] = $"https://{host}/{selector.IssuerTenant}/",
            ["microsoft_multi_refresh_token"] = true,
            ["authorization_endpoint"] = $"{root}/oauth2/authorize",
            ["device_authorization_endpoint"] = $"{root}/oauth2/devicecode",
            ["http_logout_supported"] = true,
            ["frontchannel_logout_supported"] = true,
            ["end_session_endpoint"] = $"{root}/oauth2/logout",
            ["claims_supported"] = Strings(Version1Claims),
            ["check_session_iframe"] = $"{root}/oauth2/checksession",
            ["userinfo_endpoint"] = $"{root}/openid/userinfo",
            ["kerberos_endpoint"] = $"{root}/kerberos",
        };
        AddCloud(document, http, selector, directory.Settings);
        return document;
    }

    private static void AddCloud(JsonObject document, HttpContext http, TenantSelector selector, EmulatorSettings settings)
    {
        var authority = Authority.Of(http);
        var cloud = CloudShape.Of(settings, authority);
        document["tenant_region_scope"] =
            selector.IsShared ? null
            : selector.IsConsumers ? "WW"
            : cloud.Region ?? selector.Tenant?.Region;
        document["cloud_instance_name"] = DiscoveryEndpoints.InstanceName(http, settings);
        document["cloud_graph_host_name"] = cloud.LegacyGraphHost;
        document["msgraph_host"] = CloudShape.ByHost(authority.Host)?.GraphHost ?? $"{authority.HostAndPort}/graph";
        document["rbac_url"] = cloud.RbacUrl;
    }

    private static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(value => (JsonNode)value)]);
}
