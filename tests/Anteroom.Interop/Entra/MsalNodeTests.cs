using System.Text.Json.Nodes;

namespace Anteroom.Interop.Entra;

/// <summary>Issue 3: npm @azure/msal-node believes the emulator, told no more than authority, certificate authority and <c>knownAuthorities</c>.</summary>
public sealed class MsalNodeTests
{
    private const string Callback = "https://application.example/signed-in";

    // Issue 3: authorization code with PKCE, refresh. entra-oidc.md §2.6 (54005, 501481, 50173), §3.2.
    [Fact]
    public async Task Msal_node_signs_in_by_code_with_pkce_and_refreshes()
    {
        await using var entra = await EntraScene.StartAsync();
        var api = await entra.RegisterApiAsync();
        var client = await entra.RegisterAsync(
            "Web application",
            new { web = new { redirectUris = new[] { Callback } }, requiredResourceAccess = EntraScene.PermissionFor(api) }
        );

        var seen = await entra.RunAsync(
            "msal-node-code.mjs",
            client,
            ("clientSecret", await client.AddSecretAsync()),
            ("redirectUri", Callback),
            ("apiScope", EntraScene.ApiScope)
        );

        var account = $"{entra.Mira.ObjectId}.{entra.TenantId}";
        Assert.Equal(account, seen.Text("first", "account", "homeAccountId"));
        Assert.Equal(entra.Mira.UserName, seen.Text("first", "account", "username"));
        Assert.Equal(entra.TenantId.ToString(), seen.Text("first", "tenantId"));
        Assert.Equal(entra.Mira.ObjectId.ToString(), seen.Text("first", "uniqueId"));
        Assert.Equal($"{entra.Authority}/v2.0", seen.Text("first", "claims", "iss"));
        Assert.Contains("User.Read", seen.At("first", "scopes")!.ToString(), StringComparison.Ordinal);
        Refused(54005, "invalid_grant", seen.At("again")!);
        Refused(501481, "invalid_grant", seen.At("wrongVerifier")!);
        Assert.True(seen.Flag("cached", "fromCache"));
        Assert.True(seen.Flag("cached", "same"));
        Assert.False(seen.Flag("refreshed", "fromCache"));
        Assert.False(seen.Flag("refreshed", "same"));
        Assert.Equal("00000003-0000-0000-c000-000000000000", seen.Text("refreshed", "aud"));
        Assert.Equal("Mira Koch", seen.Text("refreshed", "name"));
        Assert.Equal("api://orders", seen.Text("other", "aud"));
        Assert.Equal("access_as_user", seen.Text("other", "scp"));
        Refused(50173, "invalid_grant", seen.At("revoked")!);
    }

    // Issue 3: a public client by the library's own loopback listener (entra-oidc.md §3.4).
    [Fact]
    public async Task Msal_node_signs_in_interactively_as_a_public_client()
    {
        await using var entra = await EntraScene.StartAsync();
        var client = await entra.RegisterAsync(
            "Desktop program",
            new { publicClient = new { redirectUris = new[] { "http://localhost" } }, isFallbackPublicClient = true }
        );

        var seen = await entra.RunAsync("msal-node-interactive.mjs", client);

        Assert.Equal(entra.Mira.UserName, seen.Text("userName"));
        Assert.False(seen.Flag("fromCache"));
        Assert.True(seen.Flag("rotated"));
    }

    // Issue 3: client credentials by secret (entra-oidc.md §3.1, §3.2; 7000215 with the secret's ID in place of its value).
    [Fact]
    public async Task Msal_node_proves_itself_by_secret()
    {
        await using var entra = await EntraScene.StartAsync();
        var client = await entra.RegisterAsync("Daemon");

        var seen = await entra.RunAsync(
            "msal-node-credentials.mjs",
            client,
            ("kind", "secret"),
            ("clientSecret", await client.AddSecretAsync()),
            ("wrong", new JsonObject { ["clientSecret"] = Guid.Empty.ToString() })
        );

        IsAppOnly(entra, client, seen);
        Refused(7000215, "invalid_client", seen.At("wrong")!);
    }

    // Issue 3: client credentials by certificate, with the thumbprint by SHA-256 and PS256, by SHA-1 and RS256, and with the chain (§3.1, 700027).
    [Theory]
    [InlineData("certificate")]
    [InlineData("certificate-sha1")]
    [InlineData("certificate-x5c")]
    public async Task Msal_node_proves_itself_by_certificate(string kind)
    {
        await using var entra = await EntraScene.StartAsync();
        using var certificate = new ClientCertificate();
        var client = await entra.RegisterAsync("Daemon");
        await client.AddCertificateAsync(certificate);
        using var stranger = new ClientCertificate();
        var wrong = new JsonObject
        {
            ["clientCertificate"] = new JsonObject(stranger.Input.Select(pair => KeyValuePair.Create(pair.Name, pair.Value))),
        };

        var seen = await entra.RunAsync("msal-node-credentials.mjs", client, [("kind", kind), ("wrong", wrong), .. certificate.Input]);

        IsAppOnly(entra, client, seen);
        Refused(700027, "invalid_client", seen.At("wrong")!);
    }

    // Issue 3: client credentials by the token of another issuer (federated identity credential, entra-oidc.md §3.1; 700213 for another subject).
    [Theory]
    [InlineData("assertion")]
    [InlineData("assertion-callback")]
    public async Task Msal_node_proves_itself_by_assertion(string kind)
    {
        await using var entra = await EntraScene.StartAsync();
        await using var issuer = await FederatedIssuer.StartAsync();
        var client = await entra.RegisterAsync("Daemon");
        await client.AddFederatedCredentialAsync(issuer, "job:build");

        var seen = await entra.RunAsync(
            "msal-node-credentials.mjs",
            client,
            ("kind", kind),
            ("assertion", issuer.Issue("job:build")),
            ("wrong", new JsonObject { ["clientAssertion"] = issuer.Issue("job:other") })
        );

        IsAppOnly(entra, client, seen);
        Assert.Equal(700213, seen.Number("wrong", "aadsts"));
    }

    // Issue 3: device code (RFC 8628); a person declines (§2.6).
    [Fact]
    public async Task Msal_node_signs_in_by_device_code()
    {
        await using var entra = await EntraScene.StartAsync();
        var client = await entra.RegisterAsync("Device", new { isFallbackPublicClient = true });

        var seen = await entra.RunAsync("msal-node-device.mjs", client);

        Assert.Equal(entra.Mira.UserName, seen.Text("userName"));
        Assert.Contains($"{entra.Host}/", seen.Text("message"), StringComparison.Ordinal);
        Assert.Equal(5, seen.Number("interval"));
        Assert.False(seen.Flag("fromCache"));
        Assert.Equal("authorization_declined", seen.Text("declined", "message"));
    }

    // On behalf of (entra-oidc.md §3.1): the API's token buys one for Graph, of the same person.
    [Fact]
    public async Task Msal_node_acts_on_behalf_of_a_person()
    {
        await using var entra = await EntraScene.StartAsync();
        var api = await entra.RegisterApiAsync();
        var client = await entra.RegisterAsync(
            "Desktop program",
            new
            {
                publicClient = new { redirectUris = new[] { "http://localhost" } },
                isFallbackPublicClient = true,
                requiredResourceAccess = EntraScene.PermissionFor(api),
            }
        );

        var seen = await entra.RunAsync(
            "msal-node-on-behalf-of.mjs",
            client,
            ("apiId", api.Id),
            ("apiSecret", await api.AddSecretAsync()),
            ("apiScope", EntraScene.ApiScope)
        );

        Assert.Equal("api://orders", seen.Text("api", "aud"));
        Assert.Equal("access_as_user", seen.Text("api", "scp"));
        Assert.Equal("00000003-0000-0000-c000-000000000000", seen.Text("graph", "aud"));
        Assert.Equal(api.Id, seen.Text("graph", "appid"));
        Assert.Equal(entra.Mira.ObjectId.ToString(), seen.Text("graph", "oid"));
        Assert.Equal(entra.Mira.UserName, seen.Text("account"));
        Assert.True(seen.Flag("cached"));
        Assert.Equal("invalid_grant", seen.Text("notForIt", "error"));
    }

    private static void IsAppOnly(EntraScene entra, Registration client, JsonNode seen)
    {
        Assert.Equal(client.Id, seen.Text("token", "appid"));
        Assert.Equal("app", seen.Text("token", "idtyp"));
        Assert.Equal(entra.TenantId.ToString(), seen.Text("token", "tid"));
        Assert.Equal("Bearer", seen.Text("tokenType"));
        Assert.True(seen.Flag("cached"));
        Assert.True(seen.Flag("same"));
    }

    private static void Refused(int aadsts, string error, JsonNode seen)
    {
        Assert.Equal(aadsts, seen.Number("aadsts"));
        Assert.Equal(error, seen.Text("error"));
    }
}
