using System.Text.RegularExpressions;
using Anteroom.BrowserTests.Rig;
using Microsoft.Playwright;

namespace Anteroom.BrowserTests;

/// <summary>The administrators' guides, followed in the emulator's portal by the words that they use, and then used.</summary>
public sealed class PortalGuideTests(Sites sites)
{
    private string Portal => sites.Endpoints.EmulatorPortal;

    // HEC-25 to HEC-29, HEL-12 to HEL-16: what was copied in the portal makes a connection that signs people in.
    [
        Fact,
        Trait("Capability", "HEC-25"),
        Trait("Capability", "HEC-26"),
        Trait("Capability", "HEC-27"),
        Trait("Capability", "HEC-28"),
        Trait("Capability", "HEC-29"),
        Trait("Capability", "HEL-04"),
        Trait("Capability", "HEL-05")
    ]
    public Task A_web_application_with_a_secret_from_registration_to_sign_in() =>
        sites.VisitAsync(async visitor =>
        {
            var page = visitor.Page;
            await page.Context.GrantPermissionsAsync(
                ["clipboard-read", "clipboard-write"],
                new() { Origin = new Uri(Portal).GetLeftPart(UriPartial.Authority) }
            );
            await RegisterAsync(visitor, "Inventory sign-in", "Web", "https://inventory.example/auth");
            var (clientId, tenantId) = (await ValueAsync(page, "#client-id"), await ValueAsync(page, "#tenant-id"));

            await visitor.Link("Certificates & secrets").ClickAsync();
            await page.GetByText("New client secret").ClickAsync();
            await page.GetByLabel("Description").FillAsync("For the server");
            await visitor.Button("Add").ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Copy: Value") }).ClickAsync();
            var secret = await page.EvaluateAsync<string>("navigator.clipboard.readText()");
            Assert.Equal(await ValueAsync(page, "td.value"), secret);
            Assert.NotEqual(await ValueAsync(page, "td.secret-id"), secret);

            var joined = await sites.JoinAsync("inventory", "Inventory", tenantId, clientId, secret);
            await visitor.Link("Authentication").ClickAsync();
            await page.GetByText("Add a platform").ClickAsync();
            await page.GetByLabel("Select a platform").SelectOptionAsync("Web");
            await page.GetByLabel("Redirect URI", new() { Exact = true }).FillAsync(joined.RedirectUri);
            await visitor.Button("Add").ClickAsync();
            await page.GetByLabel("Front-channel logout URL").FillAsync(joined.LogoutUri);
            await page.GetByLabel("Access tokens").CheckAsync();
            await page.GetByLabel("ID tokens").CheckAsync();
            await visitor.Button("Save").ClickAsync();
            await page.GetByText("Saved.").WaitForAsync();
            await visitor.Link("Token configuration").ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Groups claim" })).ToBeVisibleAsync();

            await sites.ActivateAsync(joined);
            var person = await sites.NewPersonAsync(sites.Contoso, "Gus Guide");
            await visitor.AskToSignInAsync();
            await visitor.IdentifyAsync(joined.CompanyCode);
            await visitor.EnterUserNameAsync(person);
            await visitor.EnterPasswordAsync(person);
            await visitor.SeesHeadingAsync("Permissions requested"); // nobody has consented for the tenant yet
            await page.LooksRightAsync();
            await visitor.Button("Accept").ClickAsync();
            await visitor.DoNotStaySignedInAsync();
            await visitor.SeesSignedInAsync();
            Assert.Equal("inventory", await visitor.ClaimAsync("org_slug"));
        });

    // IMP: a single-page application, from which only the two ids are copied.
    [Fact, Trait("Capability", "IMP-03")]
    public Task A_single_page_application_without_a_secret() =>
        sites.VisitAsync(async visitor =>
        {
            var page = visitor.Page;
            await RegisterAsync(visitor, "Forms", "Single-page application (SPA)", "https://forms.example.com/api/single-sign-on");
            Assert.Equal(sites.Contoso.Connections[0].TenantId, await ValueAsync(page, "#tenant-id"));
            Assert.True(Guid.TryParse(await ValueAsync(page, "#client-id"), out _));
            await visitor.Link("Authentication").ClickAsync();
            await Assertions
                .Expect(page.GetByRole(AriaRole.Group, new() { Name = "Single-page application (SPA)" }))
                .ToContainTextAsync("/api/single-sign-on");
        });

    // HEL-06, HEL-07: the enterprise application behind the registration decides who may come in.
    [Fact, Trait("Capability", "HEL-06"), Trait("Capability", "HEL-07")]
    public Task People_are_assigned_from_the_link_to_the_managed_application() =>
        sites.VisitAsync(async visitor =>
        {
            var (page, person) = (visitor.Page, await sites.NewPersonAsync(sites.Contoso, "Ansel Assigned"));
            await RegisterAsync(visitor, "Field tracks", "Web", "https://tracks.example/v1/callback");
            await Assertions.Expect(page.GetByText("Managed application in local directory")).ToBeVisibleAsync();
            await page.Locator("dt:has-text('Managed application') + dd a").ClickAsync();
            await visitor.SeesHeadingAsync("Properties");
            await visitor.Link("Users and groups").ClickAsync();
            await page.GetByText("Add user/group").ClickAsync();
            await page.GetByLabel("User principal name, group name or object ID").FillAsync(person.UserPrincipalName);
            await visitor.Button("Assign").ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Table)).ToContainTextAsync("Ansel Assigned");
        });

    private async Task RegisterAsync(Visitor visitor, string name, string platform, string redirectUri)
    {
        var page = visitor.Page;
        await page.GotoAsync(Portal);
        await visitor.Link("Contoso").ClickAsync();
        await visitor.Link("App registrations").ClickAsync();
        await visitor.Link("New registration").ClickAsync();
        await visitor.SeesHeadingAsync("Register an application");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await Assertions.Expect(page.GetByText("Supported account types")).ToBeVisibleAsync();
        await page.GetByLabel("Single tenant").CheckAsync();
        await page.GetByLabel("Select a platform").SelectOptionAsync(new SelectOptionValue { Label = platform });
        await page.GetByLabel("Redirect URI", new() { Exact = true }).FillAsync(redirectUri);
        await visitor.Button("Register").ClickAsync();
        await visitor.SeesHeadingAsync(name);
        await Assertions.Expect(page.GetByText("Application (client) ID")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Directory (tenant) ID")).ToBeVisibleAsync();
    }

    private static Task<string> ValueAsync(IPage page, string place) => page.Locator($"{place} code").First.InnerTextAsync();
}
