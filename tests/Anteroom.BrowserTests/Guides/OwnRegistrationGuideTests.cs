using System.Text.Json.Nodes;
using Anteroom.BrowserTests.Rig;
using Anteroom.DevHost;

namespace Anteroom.BrowserTests.Guides;

/// <summary>Guide 1, option 2: an organization connects to a vendor's application by an app registration of its own. Quotations are the guide's own words.</summary>
[Collection("Guides")]
public sealed class OwnRegistrationGuideTests(Sites sites)
{
    private const string SignInWithMicrosoft = "Sign in with Microsoft";

    [
        Fact,
        Trait("Capability", "HEC-02"),
        Trait("Capability", "HEC-12"),
        Trait("Capability", "HEC-13"),
        Trait("Capability", "HEC-14"),
        Trait("Capability", "HEC-22"),
        Trait("Capability", "HEC-23"),
        Trait("Capability", "HEC-24"),
        Trait("Capability", "HEC-25"),
        Trait("Capability", "HEC-26"),
        Trait("Capability", "HEC-27"),
        Trait("Capability", "HEC-28"),
        Trait("Capability", "HEC-31"),
        Trait("Capability", "HEC-33")
    ]
    public async Task The_organizations_own_registration_ends_with_a_sign_in_and_the_chosen_claims()
    {
        var tenant = await sites.NewTenantAsync("Inventory Works");
        var person = await sites.NewPersonAsync(tenant, "Gus Guide");
        var group = await PrepareAsync(tenant, person);
        var organization = await sites.Api.PostAsync(
            "/organizations",
            new JsonObject { ["slug"] = "inventory", ["name"] = "Inventory" },
            CancellationToken.None
        );
        var companyCode = JsonCalls.Text(organization, "companyCode");

        var (values, secret) = (new CopiedValues(sites, "", ""), "");
        await sites.GuideAsync("inventory", "Inventory", async reader => (values, secret) = await SetUpAsync(reader, tenant));

        // "log out and you can login using the 'Sign in with Microsoft' button. You may need to grand admin consent as seen in option 1."
        await sites.VisitAsync(async visitor =>
        {
            await visitor.AskToSignInAsync();
            await visitor.IdentifyAsync(companyCode);
            await visitor.SeesHeadingAsync("How do you want to sign in?");
            await visitor.Link("Sign in with a password").WaitForAsync();
            await visitor.Page.LooksRightAsync();
            await visitor.Button(SignInWithMicrosoft).ClickAsync();
            await visitor.EnterUserNameAsync(person);
            await visitor.EnterPasswordAsync(person);
            await visitor.SeesHeadingAsync("Permissions requested");
            await visitor.Page.LooksRightAsync();
            await visitor.Button("Accept").ClickAsync();
            await visitor.DoNotStaySignedInAsync();
            await visitor.SeesSignedInAsync();
            Assert.Equal("inventory", await visitor.ClaimAsync("org_slug"));
        });
        var claims = CopiedValues.Claims(JsonCalls.Text(await values.PasswordTokenAsync(person, secret), "id_token"));
        Assert.Equal(group, (string?)claims["groups"]![0]);
        var users = await sites.Api.FindAsync("/organizations/inventory/users", CancellationToken.None);
        var user = Assert.Single(users!["items"]!.AsArray())!;
        var whole = await sites.Api.FindAsync($"/organizations/inventory/users/{JsonCalls.Text(user, "id")}", CancellationToken.None);
        Assert.Contains("\"Guide\"", whole!.ToJsonString(), StringComparison.Ordinal); // the surname, by the claim that was activated

        await sites.GuideAsync(
            "inventory",
            "Inventory",
            async reader =>
            {
                await reader.ClickConsoleAsync("Settings", "Protection");
                await reader.SeesAsync("Security");
                // "You can hide the Email and password fields by checking …"
                await reader.TickAsync("Hide login option for local accounts");
                // "If you want users to automatically connect to the application, check this box, and the login screen will be bypasses altogether."
                await reader.TickAsync("Auto connect users");
                await reader.SavesAsync();
            }
        );
        await sites.VisitAsync(async visitor =>
        {
            await visitor.AskToSignInAsync();
            await visitor.IdentifyAsync(companyCode);
            await visitor.SignInAtEntraAsync(person);
            await visitor.SeesSignedInAsync();
        });
    }

    private async Task<(CopiedValues Values, string Secret)> SetUpAsync(Reader reader, DemoTenant tenant)
    {
        // "Navigate to the Settings. Scroll to the Protection section and then click on Security."
        await reader.ClickConsoleAsync("Settings", "Protection");
        await reader.SeesAsync("Security");
        // "Select the Azure authentication method"
        await reader.ChooseAsync("Authentication method", "Entra ID (Azure AD)");
        // "If you'd like to use your organization's OpenId Connect instead": said here already, where the vendor's is offered.
        await reader.ChooseAsync("App registration", "One of your own");
        // "Authorized Domains: You can choose to limit which domains can connect"
        await reader.FillAsync("Authorized Domains", tenant.Domain);
        // "Account Required To Connect: Leave this option unchecked to provision accounts on demand."
        await reader.UntickAsync("Account Required To Connect");
        // Where the guide is silent: an organization here has accounts with passwords only if it says so.
        await reader.TickAsync("Passwords of this server");
        // "Click on the Save button before moving to the next steps."
        await reader.SavesAsync();

        // "clicking on the OpenId Connect Initial Setup button. … copy the Redirect Uri and Logout Uri as you will need them later."
        await reader.ClickAsync("OpenId Connect Initial Setup");
        await reader.ReadsAsync("There is no connection yet.");
        await reader.LooksRightAsync("prepared");
        var (redirect, logout) = (await reader.CopyAsync("Redirect Uri"), await reader.CopyAsync("Logout Uri"));

        // "Step 1: Navigate to the Microsoft Azure Entra Id Portal."
        await reader.GoToPortalAsync(sites.Endpoints.EmulatorPortal, "Inventory Works");
        // "Click on App registrations in the Menu."
        await reader.ClickMenuAsync("App registrations");
        await reader.SeesAsync("App registrations");
        // "Click on New registration."
        await reader.ClickAsync("New registration");
        await reader.SeesAsync("Register an application");
        // "Give your app registration a name"
        await reader.FillAsync("Name", "Inventory sign-in");
        // "Enter the Redirect Uri"
        await reader.FillAsync("Redirect URI", redirect);
        // "Click Save": the page's one main button, which Entra calls Register.
        await reader.ClickAsync("Register");
        await reader.SeesAsync("Inventory sign-in");

        // "Step 2: Copy the Application (client) ID. Copy the Directory (tenant) ID."
        var (clientId, tenantId) = (await reader.CopyAsync("Application (client) ID"), await reader.CopyAsync("Directory (tenant) ID"));

        // "Step 3: Navigate to the Authentication section. Enter the Logout Uri in the area provided."
        await reader.ClickMenuAsync("Authentication");
        await reader.SeesAsync("Authentication");
        await reader.FillAsync("Front-channel logout URL", logout);
        // "Click on both the Access tokens and ID tokens. Click Save."
        await reader.TickAsync("Access tokens");
        await reader.TickAsync("ID tokens");
        await reader.SavesAsync();

        // "Step 4: Navigate to the Certificates & Secrets section. Click on New client secret."
        await reader.ClickMenuAsync("Certificates & Secrets");
        await reader.SeesAsync("Certificates & secrets");
        await reader.ClickAsync("New client secret");
        await reader.LooksRightAsync("form");
        // "Give it a name, save and copy the value as you will need it (not the Secret ID)."
        await reader.FillAsync("Description", "For the server");
        await reader.ClickAsync("Add");
        await reader.ReadsAsync("Copy the new secret value now");
        await reader.LooksRightAsync("made");
        var (value, secretId) = (await reader.CopyAsync("Value"), await reader.CopyAsync("Secret ID"));

        // "Step 5: click on the Token configuration section. Add your optional claims and group claims. Copy the claim names."
        await reader.ClickMenuAsync("Token configuration");
        await reader.SeesAsync("Token configuration");
        await reader.ClickAsync("Add optional claim");
        await reader.TickFirstWordAsync("family_name");
        await reader.LooksRightAsync("claims");
        await reader.ClickAsync("Add");
        await reader.ReadsAsync("family_name");
        await reader.ClickAsync("Add groups claim");
        await reader.TickExactlyAsync("Security groups");
        await reader.SavesAsync();

        // "Step 6: Return to the … application": the addresses are still the same.
        await reader.Page.GotoAsync($"{sites.Endpoints.Console}/organizations/inventory");
        await reader.ClickConsoleAsync("Settings", "Protection");
        await reader.SeesAsync("Security");
        Assert.Equal(redirect, await reader.CopyAsync("Redirect Uri"));
        // "Copy the Tenant Id in the Tenant field, the Client ID in the Client ID field, the Client Secret in the Client Secret field."
        await reader.ChooseAsync("Cloud", "Entra emulator");
        await reader.FillAsync("Tenant", tenantId);
        await reader.FillAsync("Client ID", clientId);
        await reader.FillAsync("Client Secret", value);
        // "Once you're finished, click on the Save button"
        await reader.SavesAsync();
        await reader.ReadsAsync("Active");
        await reader.ClickAsync("OpenId Connect Initial Setup"); // folded, now that it is done
        await reader.LooksRightAsync("connected");
        // "If you setup additional claims, activate them in the grid below."
        await reader.ClickAsync("Claims and roles");
        await reader.Page.Locator("[name='claim.familyName']").FillAsync("family_name");
        await reader.Page.Locator("[name='active.familyName']").CheckAsync();
        await reader.ClickAsync("Save");
        await reader.ReadsAsync("The mappings are saved as a new revision");

        var values = new CopiedValues(sites, tenantId, clientId);
        await values.SecretWorksAsync(value, secretId);
        return (values, value);
    }

    /// <summary>A surname and a group for the person, so that there is something to tell.</summary>
    private async Task<string> PrepareAsync(DemoTenant tenant, DemoUser person)
    {
        await sites.Demo.Emulator.PatchAsync(
            $"/tenants/{tenant.TenantId}/users/{person.ObjectId}",
            new JsonObject { ["surname"] = "Guide" },
            CancellationToken.None
        );
        var group = await sites.Demo.Emulator.PostAsync(
            $"/tenants/{tenant.TenantId}/groups",
            new JsonObject { ["displayName"] = "Warehouse", ["members"] = new JsonArray(person.ObjectId) },
            CancellationToken.None
        );
        return JsonCalls.Text(group, "id");
    }
}
