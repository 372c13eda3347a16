using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>entra-oidc.md §1.3 and §1.4, and the members recorded from the live <c>common</c> document.</summary>
public sealed class DiscoveryTests
{
    /// <summary>§1.3: the whole set, in the order in which the live service sends it.</summary>
    private static readonly string[] Members =
    [
        "token_endpoint",
        "token_endpoint_auth_methods_supported",
        "jwks_uri",
        "response_modes_supported",
        "subject_types_supported",
        "id_token_signing_alg_values_supported",
        "response_types_supported",
        "scopes_supported",
        "issuer",
        "request_uri_parameter_supported",
        "userinfo_endpoint",
        "authorization_endpoint",
        "device_authorization_endpoint",
        "http_logout_supported",
        "frontchannel_logout_supported",
        "end_session_endpoint",
        "claims_supported",
        "kerberos_endpoint",
        "tenant_region_scope",
        "cloud_instance_name",
        "cloud_graph_host_name",
        "msgraph_host",
        "rbac_url",
    ];

    [Theory]
    [InlineData("common")]
    [InlineData("organizations")]
    [InlineData("contoso.example")]
    [InlineData("contoso.onmicrosoft.com")]
    public async Task Lists_exactly_the_members_of_the_real_document(string tenant)
    {
        await using var stage = await EmulatorStage.StartAsync();
        var document = await stage.JsonAsync($"/{tenant}/v2.0/.well-known/openid-configuration");

        Assert.Equal(Members, document.Select(member => member.Key));
        Assert.Equal(["pairwise"], Strings(document, "subject_types_supported"));
        Assert.Equal(["RS256"], Strings(document, "id_token_signing_alg_values_supported"));
        Assert.Equal(["query", "fragment", "form_post"], Strings(document, "response_modes_supported"));
        Assert.Equal(["code", "id_token", "code id_token", "id_token token"], Strings(document, "response_types_supported"));
        Assert.Equal(["openid", "profile", "email", "offline_access"], Strings(document, "scopes_supported"));
        Assert.Equal(
            ["client_secret_post", "private_key_jwt", "client_secret_basic"],
            Strings(document, "token_endpoint_auth_methods_supported")
        );
        Assert.Superset(
            new HashSet<string> { "sub", "iss", "aud", "exp", "iat", "tid", "name", "preferred_username", "email", "nonce", "ver" },
            Strings(document, "claims_supported").ToHashSet()
        );
        Assert.True((bool)document["http_logout_supported"]!);
        Assert.True((bool)document["frontchannel_logout_supported"]!);
        Assert.False((bool)document["request_uri_parameter_supported"]!);
    }

    [Fact] // §1.3 differences per authority
    public async Task Names_the_tenant_by_its_guid_and_shared_endpoints_by_a_template()
    {
        await using var stage = await EmulatorStage.StartAsync();
        var byDomain = await stage.JsonAsync("/contoso.example/v2.0/.well-known/openid-configuration");
        Assert.Equal($"{stage.Url}/{stage.TenantId}/v2.0", (string?)byDomain["issuer"]);
        Assert.Equal($"{stage.Url}/{stage.TenantId}/oauth2/v2.0/authorize", (string?)byDomain["authorization_endpoint"]);
        Assert.Equal("EU", (string?)byDomain["tenant_region_scope"]);

        foreach (var shared in new[] { "common", "organizations" })
        {
            var document = await stage.JsonAsync($"/{shared}/v2.0/.well-known/openid-configuration");
            Assert.Equal(stage.Url + "/{tenantid}/v2.0", (string?)document["issuer"]);
            Assert.Equal($"{stage.Url}/{shared}/oauth2/v2.0/token", (string?)document["token_endpoint"]);
            Assert.True(document.ContainsKey("tenant_region_scope"));
            Assert.Null(document["tenant_region_scope"]);
        }
    }

    [Fact] // §1.3, recorded response headers
    public async Task Sends_the_recorded_headers()
    {
        await using var stage = await EmulatorStage.StartAsync();
        using var response = await stage.GetAsync("/common/v2.0/.well-known/openid-configuration");
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("max-age=86400, private", response.Headers.CacheControl?.ToString());
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.True(Guid.TryParse(response.Headers.GetValues("x-ms-request-id").Single(), out _));
    }

    [Fact] // §1.2: unknown domain, and 90002 of §2.6
    public async Task Refuses_an_unknown_tenant_as_invalid_tenant()
    {
        await using var stage = await EmulatorStage.StartAsync();
        using var response = await stage.GetAsync("/nobody.example/v2.0/.well-known/openid-configuration");
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("invalid_tenant", (string?)body["error"]);
        Assert.StartsWith("AADSTS90002: Tenant 'nobody.example' not found.", (string?)body["error_description"], StringComparison.Ordinal);
        Assert.Equal(90002, (int)body["error_codes"]![0]!);
    }

    [Fact] // §1.4
    public async Task Publishes_keys_named_by_the_thumbprint_of_their_certificate()
    {
        await using var stage = await EmulatorStage.StartAsync();
        var keys = (JsonArray)(await stage.JsonAsync($"/{stage.TenantId}/discovery/v2.0/keys"))["keys"]!;
        Assert.True(keys.Count >= 2);
        foreach (var key in keys.OfType<JsonObject>())
        {
            using var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String((string)key["x5c"]![0]!));
            var thumbprint = System.Buffers.Text.Base64Url.EncodeToString(certificate.GetCertHash(HashAlgorithmName.SHA1));
            Assert.Equal(thumbprint, (string?)key["kid"]);
            Assert.Equal(thumbprint, (string?)key["x5t"]);
            Assert.Equal($"{stage.Url}/{stage.TenantId}/v2.0", (string?)key["issuer"]);
            Assert.False(key.ContainsKey("alg"));
        }
    }

    [Fact] // §1.4: on common the issuer is the template, or personal accounts
    public async Task Shared_keys_carry_the_template_or_the_issuer_of_personal_accounts()
    {
        await using var stage = await EmulatorStage.StartAsync();
        var keys = (JsonArray)(await stage.JsonAsync("/common/discovery/v2.0/keys"))["keys"]!;
        var issuers = keys.Select(key => (string)key!["issuer"]!).ToList();
        Assert.Equal(2, issuers.Count(issuer => issuer == stage.Url + "/{tenantid}/v2.0"));
        Assert.Single(issuers, issuer => issuer == $"{stage.Url}/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0");
    }

    [Fact] // design.md §6: each listener is its own authority
    public async Task Each_listener_speaks_for_itself()
    {
        await using var server = await EmulatorServer.StartAsync(
            new EmulatorOptions { PublicHosts = ["login.emulated-entra.test"] },
            TimeProvider.System
        );
        using var authority = X509Certificate2.CreateFromPem(server.CertificateAuthorityPem!);
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { authority },
            RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.ConnectCallback = async (context, ct) =>
        {
            var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, ct);
            return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
        };
        using var client = new HttpClient(handler);

        foreach (
            var root in new[]
            {
                server.Http!.ToString(),
                server.Https!.ToString(),
                $"https://login.emulated-entra.test:{server.Https.Port}/",
            }
        )
        {
            var document = JsonNode.Parse(await client.GetStringAsync(new Uri($"{root}common/v2.0/.well-known/openid-configuration")))!;
            Assert.Equal(root + "{tenantid}/v2.0", (string?)document["issuer"]);
        }
    }

    [Theory] // loopback names only; DNS rebinding ends here
    [InlineData("login.microsoftonline.com")]
    [InlineData("evil.example")]
    [InlineData("localhost:1")]
    public async Task Refuses_a_host_it_was_not_started_for(string host)
    {
        await using var stage = await EmulatorStage.StartAsync();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{stage.Url}/common/v2.0/.well-known/openid-configuration");
        request.Headers.Host = host.Contains(':', StringComparison.Ordinal) ? host : $"{host}:{stage.Server.Http!.Port}";
        using var response = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact] // §1.3: MSAL asks this first
    public async Task Instance_discovery_names_this_host_alone()
    {
        await using var stage = await EmulatorStage.StartAsync();
        var body = await stage.JsonAsync(
            $"/common/discovery/instance?api-version=1.1&authorization_endpoint={stage.Url}/{stage.TenantId}/oauth2/v2.0/authorize"
        );
        Assert.Equal($"{stage.Url}/{stage.TenantId}/v2.0/.well-known/openid-configuration", (string?)body["tenant_discovery_endpoint"]);
        Assert.Equal($"localhost:{stage.Server.Http!.Port}", (string?)body["metadata"]![0]!["aliases"]![0]);
    }

    private static IEnumerable<string> Strings(JsonObject document, string name) =>
        ((JsonArray)document[name]!).Select(value => (string)value!);
}
