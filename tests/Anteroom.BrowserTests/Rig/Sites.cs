using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Anteroom.BrowserTests.Guides;
using Anteroom.BrowserTests.Rig;
using Anteroom.DevHost;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Sites))]

namespace Anteroom.BrowserTests.Rig;

/// <summary>
/// The demo as it is started by <c>./anteroom demo --https</c>, but with three names that share no registrable domain, and one browser
/// without third-party cookies. One <c>localhost</c> would hide what cookies between sites do (design.md §6).
/// </summary>
/// <remarks>
/// Programs must reach the server and the emulator, so their names lie below <c>.localhost</c>, which needs no resolver (RFC 6761 §6.3):
/// <c>localhost</c> is no public suffix of the list, so each name directly below it is a site of its own. Only browsers reach the
/// application, so its name is any, mapped in Chromium. <c>The_three_are_three_sites</c> asks Chromium whether that is so.
/// </remarks>
public sealed class Sites : IAsyncLifetime
{
    private RunningDemo? _demo;
    private IPlaywright? _playwright;
    private BlankApplications? _applications;
    private ConsoleOperator? _operator;

    internal RunningDemo Demo => _demo!;
    internal BlankApplications Applications => _applications!;
    internal DemoEndpoints Endpoints => Demo.Endpoints;
    internal JsonCalls Api => Demo.Api;
    internal EmulatorControl Control => new(Demo.Http, Demo.Options);
    internal IBrowser Browser { get; private set; } = null!;
    internal DemoOrganization Contoso => Endpoints.Organizations.First(organization => organization.Slug == "contoso");
    internal DemoOrganization Fabrikam => Endpoints.Organizations.First(organization => organization.Slug == "fabrikam");

    /// <summary>Signs in on a host of its own.</summary>
    internal DemoOrganization Northwind => Endpoints.Organizations.First(organization => organization.Slug == "northwind");

    public async ValueTask InitializeAsync()
    {
        _demo = await RunningDemo.StartAsync(new("anteroom.localhost", "entra-emulator.localhost", "app.example-vendor.test"));
        await Demo.Emulator.PatchAsync("/settings", new JsonObject { ["askToStaySignedIn"] = true }, CancellationToken.None);
        Assertions.SetDefaultExpectTimeout(60_000); // for a machine with much else to do, as all else that is waited for
        _playwright = await Playwright.CreateAsync();
        var certificates = Path.Combine(Demo.Options.Folder, "certificates");
        var certificate = Path.Combine(certificates, "localhost.pem");
        _applications = await BlankApplications.StartAsync(certificates);
        Browser = await _playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = "/usr/bin/chromium",
                Args =
                [
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--test-third-party-cookie-phaseout",
                    $"--host-resolver-rules=MAP {new Uri(Endpoints.SampleApplication).Host} 127.0.0.1, {_applications.ResolverRule}",
                    $"--ignore-certificate-errors-spki-list={PublicKeyHash(certificate)}",
                ],
            }
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (_operator is not null)
            await _operator.DisposeAsync();
        if (Browser is not null)
            await Browser.DisposeAsync();
        _playwright?.Dispose();
        if (_applications is not null)
            await _applications.DisposeAsync();
        if (_demo is not null)
            await _demo.DisposeAsync();
    }

    /// <summary>What the person does, in a browser of their own. Afterwards no page may have broken its policy or thrown in its script.</summary>
    internal async Task VisitAsync(Func<Visitor, Task> story, bool withScript = true)
    {
        var context = await Browser.NewContextAsync(
            new()
            {
                JavaScriptEnabled = withScript,
                ViewportSize = new() { Width = 1440, Height = 900 },
            }
        );
        await using (context)
        {
            context.SetDefaultTimeout(60_000);
            var visitor = new Visitor(Endpoints, await context.NewPageAsync());
            try
            {
                await story(visitor);
            }
            catch (Exception e) when (e is PlaywrightException or TimeoutException or Xunit.Sdk.XunitException)
            {
                throw new InvalidOperationException($"{e.Message}\n--- {await visitor.WhereAsync()}", e);
            }
            Assert.Empty(visitor.Complaints);
        }
    }

    /// <summary>What somebody does who follows a guide in the console and in the portal: an operator in the rooms of an organization.</summary>
    internal async Task GuideAsync(string slug, string name, Func<Reader, Task> story)
    {
        _operator ??= await ConsoleOperator.ComeInAsync(this);
        var visitor = _operator.Visitor;
        try
        {
            visitor.Complaints.Clear();
            await _operator.EnterAsync(slug, name);
            await story(await Reader.InConsoleAsync(this, visitor));
        }
        catch (Exception e) when (e is PlaywrightException or TimeoutException or Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"{e.Message}\n--- {await visitor.WhereAsync()}", e);
        }
        Assert.Empty(visitor.Complaints);
    }

    internal Task PutAsync(string path, object body) => ChangeAsync(HttpMethod.Put, path, body);

    /// <summary>Whatever it is at now.</summary>
    internal Task PatchAsync(string path, object body) => ChangeAsync(HttpMethod.Patch, path, body);

    private async Task ChangeAsync(HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, Endpoints.Api + path);
        request.Headers.Authorization = new("Bearer", Endpoints.ApiKey);
        if (method == HttpMethod.Patch)
            request.Headers.IfMatch.Add(System.Net.Http.Headers.EntityTagHeaderValue.Any);
        request.Content = JsonContent.Create(body);
        using var answer = await Demo.Http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>A person in a tenant of the emulator whom the server has never seen.</summary>
    internal Task<DemoUser> NewPersonAsync(DemoOrganization organization, string displayName) =>
        Demo.NewPersonAsync(organization, displayName);

    /// <summary>A person in a tenant of the emulator.</summary>
    internal Task<DemoUser> NewPersonAsync(DemoTenant tenant, string displayName) => Demo.NewPersonAsync(tenant, displayName);

    /// <summary>A tenant of the emulator that no other test uses.</summary>
    internal Task<DemoTenant> NewTenantAsync(string displayName) => Demo.NewTenantAsync(displayName);

    /// <summary>Nobody of the tenant has consented to the application any more.</summary>
    internal async Task ForgetConsentAsync(DemoTenant tenant, string clientId)
    {
        var address = $"{Endpoints.Emulator}/_emulator/tenants/{tenant.TenantId}/service-principals/{clientId}/grants";
        using var answer = await Demo.Http.DeleteAsync(address);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>A new organization with one Entra connection, not yet active.</summary>
    internal async Task<Joined> JoinAsync(string slug, string name, string tenantId, string clientId, string clientSecret)
    {
        var ct = CancellationToken.None;
        var organization = await Api.PostAsync("/organizations", new JsonObject { ["slug"] = slug, ["name"] = name }, ct);
        var connection = await ConnectAsync(slug, $"{name} Entra", tenantId, clientId, clientSecret);
        return new(
            slug,
            JsonCalls.Text(organization, "companyCode"),
            JsonCalls.Text(connection, "id"),
            JsonCalls.Text(connection, "redirectUri"),
            JsonCalls.Text(connection, "logoutUri")
        );
    }

    /// <summary>A connection of the organization to an app registration, not yet active.</summary>
    internal Task<JsonNode> ConnectAsync(string slug, string name, string tenantId, string clientId, string clientSecret) =>
        Api.PostAsync(
            $"/organizations/{slug}/connections",
            new JsonObject
            {
                ["name"] = name,
                ["kind"] = "entra",
                ["cloud"] = "emulator",
                ["registration"] = "own",
                ["clientKind"] = "confidential",
                ["responseMode"] = "code",
                ["callbackStyle"] = "connection",
                ["tenantId"] = tenantId,
                ["clientId"] = clientId,
                ["clientSecret"] = clientSecret,
                ["authorizedDomains"] = new JsonArray(),
                ["provisioning"] = "create",
                ["defaultRole"] = "member",
                ["claimMappings"] = new JsonArray(),
                ["roleMappings"] = new JsonArray(),
            },
            CancellationToken.None
        );

    internal Task ActivateAsync(Joined joined) =>
        Api.PostAsync(
            $"/organizations/{joined.Slug}/connections/{joined.ConnectionId}/activate",
            new JsonObject { ["withoutTest"] = "browser test" },
            CancellationToken.None
        );

    private static string PublicKeyHash(string certificateFile)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(certificateFile);
        return Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
    }
}

/// <summary>An organization that a test made, and what its connection wants registered at the provider.</summary>
internal sealed record Joined(string Slug, string CompanyCode, string ConnectionId, string RedirectUri, string LogoutUri);
