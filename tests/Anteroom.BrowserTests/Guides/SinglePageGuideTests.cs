using System.Text.Json.Nodes;
using Anteroom.BrowserTests.Rig;
using Anteroom.DevHost;
using Microsoft.Playwright;

namespace Anteroom.BrowserTests.Guides;

/// <summary>Guide 4: a single-page application without a secret, wired by an operator. Quotations are the guide's own words.</summary>
[Collection("Guides")]
public sealed class SinglePageGuideTests(Sites sites)
{
    [
        Fact,
        Trait("Capability", "IMP-01"),
        Trait("Capability", "IMP-02"),
        Trait("Capability", "IMP-03"),
        Trait("Capability", "IMP-04"),
        Trait("Capability", "IMP-05"),
        Trait("Capability", "IMP-06"),
        Trait("Capability", "IMP-08"),
        Trait("Capability", "IMP-10"),
        Trait("Capability", "IMP-11"),
        Trait("Capability", "IMP-13"),
        Trait("Capability", "IMP-17"),
        Trait("Capability", "IMP-18"),
        Trait("Capability", "IMP-19"),
        Trait("Capability", "IMP-20")
    ]
    public async Task A_single_page_registration_ends_with_a_sign_in_on_the_organizations_host_by_code_and_by_token()
    {
        Scale.OnlyInFullRuns();
        var ct = CancellationToken.None;
        // "where 'MY_ORG_NAME' is the name of your organization that you use to access"
        var host = $"https://my-org.anteroom.localhost:{new Uri(sites.Endpoints.Server).Port}";
        var tenant = await sites.NewTenantAsync("Orchard Forms");
        var (person, nobody) = (await sites.NewPersonAsync(tenant, "Sina Spa"), await sites.NewPersonAsync(tenant, "Nils Nobody"));
        await sites.Api.PostAsync(
            "/organizations",
            new JsonObject
            {
                ["slug"] = "my-org",
                ["name"] = "My org",
                ["ownHost"] = true,
            },
            ct
        );
        await sites.PatchAsync("/organizations/my-org", new { selfServiceActivation = false });

        await sites.GuideAsync("my-org", "My org", reader => WireAsync(reader, host));

        // "if an Entra ID user from your organization also has an … account, it will be possible for them to log in"
        await sites.Api.PostAsync(
            "/organizations/my-org/users",
            new JsonObject
            {
                ["userName"] = person.UserPrincipalName,
                ["externalIdentity"] = new JsonObject
                {
                    ["tenantId"] = tenant.TenantId,
                    ["objectId"] = person.ObjectId,
                    ["cloud"] = "emulator",
                },
            },
            ct
        );
        await sites.VisitAsync(async visitor =>
        {
            List<IRequest> asked = [];
            visitor.Page.Request += (_, request) => asked.Add(request);
            await OpenAsync(visitor);
            await ConsentAsync(visitor, person);
            await visitor.SeesHeadingAsync("Your account");
            Assert.StartsWith(host, visitor.Page.Url, StringComparison.Ordinal);
            var redeemed = Assert.Single(asked, request => request.Url.EndsWith("/oauth2/v2.0/token", StringComparison.Ordinal));
            Assert.Equal("fetch", redeemed.ResourceType); // the browser, and nobody else
            Assert.Single(await TokenCallsAsync(tenant));
        });
        // ... and whoever has none is told so.
        await sites.VisitAsync(async visitor =>
        {
            await OpenAsync(visitor);
            await ConsentAsync(visitor, nobody);
            await visitor.Page.GetByText("no_account").Or(visitor.Page.GetByText("What to do now")).First.WaitForAsync();
        });

        // "In case you need to set up multi-factor authentication with exceptions, please use the implicit flow instead of authorization flow."
        await sites.GuideAsync("my-org", "My org", reader => UseImplicitFlowAsync(reader, host));
        await sites.VisitAsync(async visitor =>
        {
            List<IRequest> asked = [];
            visitor.Page.Request += (_, request) => asked.Add(request);
            await OpenAsync(visitor);
            await visitor.SignInAtEntraAsync(person);
            await visitor.SeesHeadingAsync("Your account");
            Assert.Contains(asked, request => request.Method == "POST" && request.Url == $"{host}/api/single-sign-on");
            Assert.Equal(2, (await TokenCallsAsync(tenant)).Length); // those of the code flow
        });
        var users = (await sites.Api.FindAsync("/organizations/my-org/users", ct))!["items"]!.AsArray();
        Assert.Single(users);

        Task OpenAsync(Visitor visitor) => visitor.Page.GotoAsync($"{host}/account");
    }

    private async Task WireAsync(Reader reader, string host)
    {
        await reader.GoToPortalAsync(sites.Endpoints.EmulatorPortal, "Orchard Forms");
        // "1. Search for 'Microsoft Entra ID'"
        await reader.SearchAsync("Microsoft Entra ID");
        await reader.ClickAsync("Microsoft Entra ID (Azure Active Directory)");
        await reader.SeesAsync("Orchard Forms");
        // "2. On the left side menu, click in 'App Registrations'"
        await reader.ClickMenuAsync("App Registrations");
        await reader.SeesAsync("App registrations");
        // "3. Click on the top menu item 'New Registration'"
        await reader.ClickAsync("New Registration");
        await reader.SeesAsync("Register an application");
        // "4. For 'Name' and 'Supported account types' choose what suits you."
        await reader.FillAsync("Name", "Forms");
        await reader.TickAsync("Single tenant");
        // "choose the application type as 'Single-page application (SPA)' and the URL … https://MY_ORG_NAME.….com/api/single-sign-on"
        await reader.ChooseAsync("Select a platform", "Single-page application (SPA)");
        await reader.FillAsync("Redirect URI", $"{host}/api/single-sign-on");
        // "click on 'Register' and the application will be created"
        await reader.ClickAsync("Register");
        await reader.SeesAsync("Forms");
        // "5. Go to the 'Overview' page … copy … 'Application (client) ID' and 'Directory (tenant) ID' (we don't need 'Object Id' …)"
        var (client, tenant) = (await reader.CopyAsync("Application (client) ID"), await reader.CopyAsync("Directory (tenant) ID"));
        Assert.NotEqual(client, await reader.CopyAsync("Object ID"));

        // Troubleshooting: "go to 'Authentication' on the left menu side and make sure the options for the field 'Select the tokens you
        // would like to be issued by the authorization endpoint:' are NOT selected"
        await reader.ClickMenuAsync("Authentication");
        await reader.SeesAsync("Authentication");
        await reader.ReadsAsync("Select the tokens you would like to be issued by the authorization endpoint:");
        await Assertions.Expect(reader.Page.GetByLabel("Access tokens")).Not.ToBeCheckedAsync();
        await Assertions.Expect(reader.Page.GetByLabel("ID tokens")).Not.ToBeCheckedAsync();
        await reader.ReadsAsync("Single-page application (SPA)");
        // "go to 'API permissions' … and make sure to enable the permissions"
        await reader.ClickMenuAsync("API permissions");
        await reader.SeesAsync("API permissions");
        await reader.ReadsAsync("User.Read");

        // "send this information to your point of contact"
        await reader.Page.GotoAsync($"{sites.Endpoints.Console}/organizations/my-org");
        await reader.ClickConsoleAsync("API & Integrations", "Single Sign-On");
        await reader.ClickAsync("Submit two ids");
        await reader.SeesAsync("Submit two ids");
        await reader.FillAsync("Application (client) ID", client);
        await reader.FillAsync("Directory (tenant) ID", tenant);
        await reader.ChooseAsync("Cloud", "Entra emulator");
        await reader.ClickAsync("Submit for approval");
        await reader.ReadsAsync("Submitted. An operator looks at it.");
        await reader.LooksRightAsync("submitted");
        // "in order for us wire your configuration": what was shown to be registered is what was registered.
        await reader.ReadsAsync($"{host}/api/single-sign-on");
        await reader.ClickAsync("Approve");
        await reader.ReadsAsync("Approved.");
        await reader.ClickAsync("Run the test");
        await reader.ReadsAsync("The tenant knows the application.");
        await reader.ClickAsync("Activate");
        await reader.ReadsAsync("Active. People can sign in by it.");
    }

    private async Task UseImplicitFlowAsync(Reader reader, string host)
    {
        // "you need to enable ID tokens by ticking the box for 'ID tokens (used for implicit and hybrid flows)' as above"
        await reader.GoToPortalAsync(sites.Endpoints.EmulatorPortal, "Orchard Forms");
        await reader.ClickMenuAsync("App registrations");
        await reader.ClickAsync("Forms");
        await reader.ClickMenuAsync("Authentication");
        await reader.TickAsync("ID tokens (used for implicit and hybrid flows)");
        await reader.SavesAsync();

        await reader.Page.GotoAsync($"{sites.Endpoints.Console}/organizations/my-org");
        await reader.ClickConsoleAsync("API & Integrations", "Single Sign-On");
        await reader.ClickAsync("Microsoft Entra ID");
        await reader.ClickAsync("Edit");
        await reader.ChooseAsync("OpenId Connect flow", "Implicit: ID token alone, without any secret");
        await reader.ClickAsync("Save");
        await reader.ReadsAsync("The changes are saved as a new revision.");
        await reader.ReadsAsync("has no client secret");
        await reader.ReadsAsync($"{host}/api/single-sign-on");
    }

    private static async Task ConsentAsync(Visitor visitor, DemoUser person)
    {
        await visitor.EnterUserNameAsync(person);
        await visitor.EnterPasswordAsync(person);
        await visitor.SeesHeadingAsync("Permissions requested");
        await visitor.Button("Accept").ClickAsync();
        await visitor.DoNotStaySignedInAsync();
    }

    private async Task<JsonNode[]> TokenCallsAsync(DemoTenant tenant)
    {
        var log = await sites.Demo.Emulator.FindAsync(
            $"/requests?limit=1000&path={Uri.EscapeDataString($"/{tenant.TenantId}/oauth2/v2.0/token")}",
            CancellationToken.None
        );
        return [.. log!["items"]!.AsArray().Select(item => item!)];
    }
}
