using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Anteroom.Harness;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Playwright;

namespace Anteroom.Interop.Entra;

/// <summary>A single-page application on a loopback port: the files of <c>pages/</c> with the package's own bundles, in a browser of its own.</summary>
internal sealed class SinglePage : IAsyncDisposable
{
    private static readonly string Bundles = Path.Combine(NodePrograms.Folder, "node_modules", "@azure", "msal-browser", "lib");

    private readonly WebApplication _site;
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private SinglePage(WebApplication site, IPlaywright playwright, IBrowser browser, IPage page)
    {
        (_site, _playwright, _browser, Page) = (site, playwright, browser, page);
        page.Context.Console += (_, message) => Words.Add($"{message.Page?.Url}: {message.Text}");
        page.Context.WebError += (_, error) => Words.Add($"{error.Page?.Url}: {error.Error}");
        page.Context.RequestFailed += (_, request) => Words.Add($"{request.Method} {request.Url}: {request.Failure}");
    }

    public IPage Page { get; }

    /// <summary>What the browser said, for a failure's message.</summary>
    public List<string> Words { get; } = [];

    public string Origin => OriginOf(_site);

    /// <summary>Serves the application, registers it as a single-page application, and opens a browser.</summary>
    /// <param name="scheme">https is the same site as Entra here, http another one: Chromium then keeps Entra's cookies from its frames.</param>
    public static async Task<SinglePage> StartAsync(EntraScene entra, string scheme = "https")
    {
        await NodePrograms.RestoredAsync();
        var settings = new JsonObject();
        using var certificate = MakeCertificate();
        var site = await ServeAsync(settings, scheme == "https" ? certificate : null);
        var origin = OriginOf(site);
        var client = await entra.RegisterAsync(
            "Single-page application",
            new { spa = new { redirectUris = new[] { $"{origin}/redirect.html", $"{origin}/" } } }
        );
        settings["clientId"] = client.Id;
        settings["authority"] = entra.Authority;
        settings["knownAuthority"] = entra.KnownAuthority;
        settings["graph"] = $"{entra.Host}/graph/v1.0/me";
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(
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
                    $"--ignore-certificate-errors-spki-list={entra.PublicKeyHash},{EntraScene.PublicKeyHashOf(certificate)}",
                ],
            }
        );
        var context = await browser.NewContextAsync();
        context.SetDefaultTimeout(60_000); // for a machine with much else to do; nothing here is measured
        return new SinglePage(site, playwright, browser, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await _site.DisposeAsync();
    }

    /// <summary>Opens the application and returns what its start told.</summary>
    public async Task<JsonNode> OpenAsync(string query = "")
    {
        await Page.GotoAsync($"{Origin}/{query}");
        return await AnswerAsync();
    }

    /// <summary>Presses a button and waits for what the library brings.</summary>
    public async Task<JsonNode> PressAsync(string id)
    {
        await Page.Locator($"#{id}").ClickAsync();
        return await AnswerAsync();
    }

    /// <summary>What stands in the page, as soon as something does; on the way there it may be at Entra and back.</summary>
    public async Task<JsonNode> AnswerAsync()
    {
        try
        {
            await Page.WaitForFunctionAsync("() => !['', 'null'].includes(document.getElementById('answer')?.textContent ?? '')");
        }
        catch (Exception e) when (e is PlaywrightException or TimeoutException)
        {
            throw new InvalidOperationException($"Nothing came: {Page.Url}\n{string.Join('\n', Words)}", e);
        }
        return JsonNode.Parse(await Page.Locator("#answer").InnerTextAsync())!;
    }

    /// <summary>Name and password on Entra's pages, whatever window they are in.</summary>
    public static async Task SignInAsync(IPage entra, Person person)
    {
        await entra.GetByLabel("Email or user name").FillAsync(person.UserName);
        await entra.GetByRole(AriaRole.Button, new() { Name = "Next", Exact = true }).ClickAsync();
        await entra.GetByLabel("Password").FillAsync(person.Password);
        await entra.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
    }

    private static async Task<WebApplication> ServeAsync(JsonObject settings, X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .UseKestrelHttpsConfiguration()
            .ConfigureKestrel(kestrel =>
                kestrel.Listen(
                    IPAddress.Loopback,
                    0,
                    listener =>
                    {
                        if (certificate is not null)
                            listener.UseHttps(X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null));
                    }
                )
            );
        builder.Services.AddRoutingCore();
        var site = builder.Build();
        site.UseRouting();
        site.MapGet("/", () => File("index.html", "text/html"));
        site.MapGet("/redirect.html", () => File("redirect.html", "text/html"));
        site.MapGet("/redirect.js", () => File("redirect.js", "text/javascript"));
        site.MapGet("/application.js", () => File("application.js", "text/javascript"));
        site.MapGet("/settings.json", () => Results.Text(settings.ToJsonString(), "application/json"));
        site.MapGet("/msal-browser.min.js", () => Bundle("msal-browser.min.js"));
        site.MapGet("/msal-redirect-bridge.min.js", () => Bundle("redirect-bridge/msal-redirect-bridge.min.js"));
        await site.StartAsync();
        return site;

        static IResult File(string name, string type) => Results.File(Path.Combine(NodePrograms.Folder, "pages", name), type);
        static IResult Bundle(string name) => Results.File(Path.Combine(Bundles, name), "text/javascript");
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private static string OriginOf(WebApplication site)
    {
        var addresses = site.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        var address = new Uri(addresses.Single());
        return $"{address.Scheme}://localhost:{address.Port}";
    }
}
