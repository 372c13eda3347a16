using System.Text.Json.Nodes;
using Anteroom.BrowserTests.Rig;
using Anteroom.DevHost;
using Microsoft.Playwright;

namespace Anteroom.BrowserTests;

/// <summary>Takes the pictures of README and guides by using the product: <c>docs/images/*.png</c>.</summary>
internal static class Screenshots
{
    private static readonly string Folder = Path.Combine(Repository.Root, "docs", "images");

    /// <summary>For eyes, not for the repository.</summary>
    private static readonly string Pages = Path.Combine(Repository.Root, ".anteroom", "pages");

    /// <summary>By the walk's name of the page; with what stands at the top of the picture, where it is not the top of the page.</summary>
    private static readonly Dictionary<string, (string Picture, string? At)> InGuides = new()
    {
        ["user"] = ("console-user", null),
        ["merge"] = ("console-merge", null),
        ["account-passkeys"] = ("account-ways", null),
        ["connection"] = ("connect-entra", ".columns"),
        ["federated-connection"] = ("connect-federated", "ol.at-entra li:nth-child(4)"),
    };

    public static async Task<int> TakeAsync()
    {
        Directory.CreateDirectory(Folder);
        await using var sites = new Sites();
        await sites.InitializeAsync();
        await sites.VisitAsync(visitor => SignInAsync(sites, visitor));
        await sites.VisitAsync(visitor => ProblemAsync(sites, visitor));
        await sites.VisitAsync(visitor => PortalAsync(sites, visitor));
        await ConsoleAsync(sites);
        return 0;
    }

    private static async Task SignInAsync(Sites sites, Visitor visitor)
    {
        var page = visitor.Page;
        await visitor.AskToSignInAsync();
        await visitor.SeesHeadingAsync("Sign in");
        await TakeAsync(page, "sign-in");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await TakeAsync(page, "sign-in-dark");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await page.SetViewportSizeAsync(390, 844);
        await page.ScreenshotAsync(new() { Path = Path.Combine(Folder, "sign-in-390.png") });

        await visitor.IdentifyAsync(sites.Contoso.CompanyCode);
        var person = sites.Endpoints.Tenants.First(tenant => tenant.TenantId == sites.Contoso.Connections[0].TenantId).Users[0];
        await visitor.EnterUserNameAsync(person);
        await page.GetByLabel("Password").WaitForAsync();
        await TakeAsync(page, "emulator-sign-in");
        await visitor.EnterPasswordAsync(person);
        await visitor.DoNotStaySignedInAsync();
        await visitor.SeesSignedInAsync();
        await TakeAsync(page, "sample-application");
    }

    private static async Task ProblemAsync(Sites sites, Visitor visitor)
    {
        var broken = await PageTests.BrokenSecretAsync(sites, "harbor", "Harbor Works");
        await visitor.AskToSignInAsync();
        await visitor.IdentifyAsync(broken.CompanyCode);
        await visitor.SignInAtEntraAsync(
            sites.Endpoints.Tenants.First(tenant => tenant.TenantId == sites.Contoso.Connections[0].TenantId).Users[0]
        );
        await visitor.Page.GetByText("For administrators").ClickAsync();
        await TakeAsync(visitor.Page, "problem", whole: true);
    }

    private static async Task PortalAsync(Sites sites, Visitor visitor)
    {
        var connection = sites.Contoso.Connections[0];
        await visitor.Page.GotoAsync($"{sites.Endpoints.EmulatorPortal}/{connection.TenantId}/app-registrations/{connection.ClientId}");
        await TakeAsync(visitor.Page, "portal-app-registration");
        await visitor.Page.GotoAsync(visitor.Page.Url + "/authentication");
        await TakeAsync(visitor.Page, "portal-authentication", at: visitor.Page.GetByText("Platform configurations"));
    }

    /// <summary>Every page of console and account, in both schemes, wide and narrow; the guides take theirs from the same walk.</summary>
    private static async Task ConsoleAsync(Sites sites)
    {
        Directory.CreateDirectory(Pages);
        await using var demo = await RunningDemo.StartPlainAsync();
        await using var first = await FirstOperator.ComeInAsync(sites, demo, look: visitor => LookAsync(visitor.Page, "owner"));
        var (visitor, authenticator) = (first.Visitor, first.Authenticator);
        await ConsoleTour.WalkAsync(visitor, demo, name => LookAsync(visitor.Page, name));
        await ConnectAsync(visitor, demo);
        await AccountTour.WalkAsync(
            visitor,
            demo.Endpoints.Server,
            async story =>
            {
                await authenticator.LeaveAsync();
                var spare = await authenticator.AddAnotherAsync("usb");
                await story();
                await spare.RemoveAsync();
                await authenticator.ReturnAsync();
            },
            name => LookAsync(visitor.Page, name)
        );
    }

    /// <summary>An organization that has nothing yet: what its guides show of the way to a connection, up to the consent at Entra.</summary>
    private static async Task ConnectAsync(Visitor visitor, RunningDemo demo)
    {
        var (page, room) = (visitor.Page, "/console/organizations/adventure");
        await demo.Api.PostAsync(
            "/organizations",
            new JsonObject { ["slug"] = "adventure", ["name"] = "Adventure Works" },
            CancellationToken.None
        );
        await page.GotoAsync(demo.Endpoints.Server + room + "/connections/new-oidc?provider=okta");
        await visitor.Button("Enter Adventure Works").ClickAsync();
        await page.GotoAsync(demo.Endpoints.Server + room + "/connections/new-oidc?provider=okta");
        await TakeAsync(page, "connect-oidc");

        await page.GotoAsync(demo.Endpoints.Server + room + "/protection");
        await page.GetByLabel("Authentication method").SelectOptionAsync("entra");
        await TakeAsync(page, "connect-shared");
        await visitor.Button("Save").ClickAsync();
        await page.GetByText("Saved.").WaitForAsync();
        await page.Locator("summary", new() { HasText = "OpenId Connect Initial Setup" }).ClickAsync();
        await TakeAsync(page, "connect-addresses", at: page.Locator("details.section"));

        await visitor.Link("Connect your Entra tenant").ClickAsync();
        await visitor.Button("Connect your Entra tenant").ClickAsync();
        var administrator = await demo.NewAdministratorAsync(await demo.NewTenantAsync("Adventure Works"));
        await visitor.EnterUserNameAsync(administrator);
        await visitor.EnterPasswordAsync(administrator);
        await visitor.SeesHeadingAsync("Permissions requested");
        await page.GetByLabel("Consent on behalf of your organization").CheckAsync();
        await TakeAsync(page, "entra-consent");
    }

    private static async Task LookAsync(IPage page, string name)
    {
        foreach (var scheme in (ColorScheme[])[ColorScheme.Dark, ColorScheme.Light])
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            foreach (var (width, height) in (List<(int, int)>)[(390, 844), (1440, 900)])
            {
                await page.SetViewportSizeAsync(width, height);
                await page.ScreenshotAsync(
                    new()
                    {
                        Path = Path.Combine(Pages, $"{name}-{width}-{scheme.ToString().ToLowerInvariant()}.png"),
                        Animations = ScreenshotAnimations.Disabled,
                        FullPage = true,
                    }
                );
            }
        }
        if (InGuides.TryGetValue(name, out var shown))
            await TakeAsync(page, shown.Picture, at: shown.At is { } top ? page.Locator(top) : null);
        await page.SetViewportSizeAsync(1440, 900);
    }

    /// <summary>At one size, and without a blinking caret or moving parts, so that pictures change only when pages do.</summary>
    /// <param name="at">What stands at the top of the picture; null for the top of the page.</param>
    private static async Task TakeAsync(IPage page, string name, bool whole = false, ILocator? at = null)
    {
        await page.SetViewportSizeAsync(1200, 640);
        if (at is not null)
            await at.EvaluateAsync("element => element.scrollIntoView({ behavior: \"instant\" })");
        await page.ScreenshotAsync(
            new()
            {
                Path = Path.Combine(Folder, $"{name}.png"),
                Animations = ScreenshotAnimations.Disabled,
                FullPage = whole,
            }
        );
    }
}
