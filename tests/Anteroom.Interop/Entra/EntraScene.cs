using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator;
using Anteroom.Harness;
using Microsoft.Playwright;

namespace Anteroom.Interop.Entra;

/// <summary>An emulator of one test's own: a tenant, a person, and the app registrations that the test makes.</summary>
internal sealed class EntraScene : IAsyncDisposable
{
    public const string Domain = "contoso.example";
    public const string GraphDefault = "https://graph.microsoft.com/.default";
    public const string ApiScope = "api://orders/access_as_user";
    private static readonly Guid AccessAsUser = Guid.Parse("5c4ae8b9-0000-4000-8000-9d8f9d2f3c11");
    private const string Password = "Correct horse 7 battery";

    private readonly EmulatorServer _emulator;
    private readonly string _folder;

    private EntraScene(EmulatorServer emulator, string folder)
    {
        (_emulator, _folder) = (emulator, folder);
        Control = new EmulatorControl(emulator.Http!.AbsoluteUri.TrimEnd('/'));
        Http = new HttpClient(Handler());
    }

    /// <summary>For example <c>https://localhost:34567</c>: what stands in place of <c>https://login.microsoftonline.com</c>.</summary>
    public string Host => _emulator.Https!.AbsoluteUri.TrimEnd('/');

    /// <summary>Host and port: what clients are told to trust in place of asking Microsoft (<c>knownAuthorities</c>).</summary>
    public string KnownAuthority => _emulator.Https!.Authority;

    public string Authority => $"{Host}/{TenantId}";

    /// <summary>The emulator's certificate authority, a PEM file.</summary>
    public string AuthorityFile => Path.Combine(_folder, "ca.pem");

    /// <summary>SHA-256 of the https listener's public key, base64: by which Chromium is told to take its certificate.</summary>
    public string PublicKeyHash { get; private set; } = "";

    public EmulatorControl Control { get; }

    public Guid TenantId { get; private set; }

    public Person Mira { get; private set; } = null!;

    /// <summary>Trusts the emulator's certificate authority and no other.</summary>
    public HttpClient Http { get; }

    public static async Task<EntraScene> StartAsync()
    {
        var folder = OpenFolder.CreateTemporary("anteroom-entra-"); // other programs read the certificate authority
        var emulator = await EmulatorServer.StartAsync(new EmulatorOptions(), TimeProvider.System);
        var scene = new EntraScene(emulator, folder);
        await File.WriteAllTextAsync(scene.AuthorityFile, emulator.CertificateAuthorityPem);
        await scene.Http.GetStringAsync($"{scene.Host}/common/v2.0/.well-known/openid-configuration"); // tells the public key, too
        var tenant = await scene.Control.PostAsync(
            "tenants",
            new
            {
                displayName = "Contoso",
                initialDomain = "contoso.onmicrosoft.com",
                verifiedDomains = new[] { Domain },
            }
        );
        scene.TenantId = Guid.Parse((string)tenant["id"]!);
        scene.Mira = await scene.AddPersonAsync("mira", "Mira Koch");
        return scene;
    }

    public static string PublicKeyHashOf(X509Certificate2 certificate) =>
        Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _emulator.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public async Task<Person> AddPersonAsync(string name, string displayName)
    {
        var made = await Control.PostAsync(
            $"tenants/{TenantId}/users",
            new
            {
                userPrincipalName = $"{name}@{Domain}",
                displayName,
                mail = $"{name}@{Domain}",
                password = Password,
            }
        );
        return new Person(TenantId, Guid.Parse((string)made["id"]!), $"{name}@{Domain}", Password);
    }

    /// <summary>The browser is signed in at Entra, so that no page of Entra's is shown.</summary>
    public async Task SignInAtEntraAsync(IBrowserContext browser, Person person)
    {
        using var answer = await Http.PostAsJsonAsync($"{Host}/_emulator/sessions", new { userId = person.ObjectId });
        var session = JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!;
        await browser.AddCookiesAsync([
            new()
            {
                Name = session.Text("cookieName")!,
                Value = session.Text("cookieValue")!,
                Domain = "localhost",
                Path = "/",
                Secure = true,
                HttpOnly = true,
                SameSite = SameSiteAttribute.None,
            },
        ]);
    }

    /// <summary>An app registration of the tenant with these properties (names of the manifest), consented by an administrator.</summary>
    public async Task<Registration> RegisterAsync(string displayName, object? properties = null)
    {
        var body = System.Text.Json.JsonSerializer.SerializeToNode(properties ?? new { })!.AsObject();
        body["displayName"] = displayName;
        var made = await Control.PostAsync($"tenants/{TenantId}/applications", body);
        return new Registration(this, Guid.Parse((string)made["appId"]!));
    }

    /// <summary>An API with one delegated permission, <c>api://orders/access_as_user</c>.</summary>
    public async Task<Registration> RegisterApiAsync(object? more = null)
    {
        var properties = System.Text.Json.JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        properties["identifierUris"] = new JsonArray("api://orders");
        properties["api"] = new JsonObject
        {
            ["oauth2PermissionScopes"] = new JsonArray(new JsonObject { ["id"] = AccessAsUser.ToString(), ["value"] = "access_as_user" }),
        };
        return await RegisterAsync("Orders API", properties);
    }

    /// <summary>"API permissions" of a client of that API, and Graph's User.Read.</summary>
    public static object PermissionFor(Registration api) =>
        new[]
        {
            new { resourceAppId = api.ClientId, resourceAccess = new[] { new { id = AccessAsUser, type = "Scope" } } },
            new
            {
                resourceAppId = Guid.Parse("00000003-0000-0000-c000-000000000000"),
                resourceAccess = new[] { new { id = Guid.Parse("e1fe6dd8-ba31-4d61-89e7-88639da4683d"), type = "Scope" } },
            },
        };

    /// <summary>Runs a script of <c>scripts/entra</c> with what it needs to know of this emulator.</summary>
    public async Task<JsonNode> RunAsync(string script, Registration client, params (string Name, JsonNode? Value)[] more)
    {
        var input = new JsonObject
        {
            ["host"] = Host,
            ["authority"] = Authority,
            ["knownAuthority"] = KnownAuthority,
            ["tenantId"] = TenantId.ToString(),
            ["clientId"] = client.ClientId.ToString(),
            ["control"] = _emulator.Http!.AbsoluteUri + "_emulator",
            ["person"] = new JsonObject
            {
                ["userName"] = Mira.UserName,
                ["password"] = Mira.Password,
                ["objectId"] = Mira.ObjectId.ToString(),
            },
        };
        foreach (var (name, value) in more)
            input[name] = value;
        return await NodePrograms.RunAsync(Path.Combine("entra", script), input, AuthorityFile);
    }

    private SocketsHttpHandler Handler()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck, // an authority of this process has no list
        };
        policy.CustomTrustStore.Add(X509Certificate2.CreateFromPem(_emulator.CertificateAuthorityPem!));
        return new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions =
            {
                CertificateChainPolicy = policy,
                RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                {
                    using var leaf = new X509Certificate2(certificate!);
                    PublicKeyHash = PublicKeyHashOf(leaf);
                    return errors == SslPolicyErrors.None;
                },
            },
        };
    }
}
