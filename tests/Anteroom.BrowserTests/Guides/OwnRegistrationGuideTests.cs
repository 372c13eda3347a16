using System.Text.Json.Nodes;
using Anteroom.BrowserTests.Rig;
using Anteroom.DevHost;

namespace Anteroom.BrowserTests.Guides;

/// <summary>
/// Guide 1: an organization connects to a vendor's application, by the vendor's registration (option 1) or by one of its own (option 2).
/// Quotations are the guide's own words.
/// </summary>
[Collection("Guides")]
public sealed class OwnRegistrationGuideTests(Sites sites)
{
    private const string NotYetKnown = "7f2a4c1e-0000-4000-8000-000000000001";

    [
        Fact,
        Trait("Capability", "HEC-25"),
        Trait("Capability", "HEC-26"),
        Trait("Capability", "HEC-27"),
        Trait("Capability", "HEC-28"),
        Trait("Capability", "HEC-29")
    ]
    public Task The_organizations_own_registration_ends_with_a_sign_in_and_the_chosen_claims() =>
        sites.VisitAsync(async visitor =>
        {
            var tenant = await sites.NewTenantAsync("Inventory Works");
            var person = await sites.NewPersonAsync(tenant, "Gus Guide");
            var group = await PrepareAsync(tenant, person);

            // "Before setting up Microsoft Azure, copy the Redirect Uri and Logout Uri as you will need them later."
            var joined = await sites.JoinAsync("inventory", "Inventory", tenant.TenantId, NotYetKnown, "not-yet-known");

            // "Step 1: Navigate to the Microsoft Azure Entra Id Portal."
            var reader = await Reader.OpenAsync(sites, visitor);
            await reader.ClickAsync("Inventory Works");
            await reader.SeesAsync("Inventory Works");
            // "Click on App registrations in the Menu."
            await reader.ClickMenuAsync("App registrations");
            await reader.SeesAsync("App registrations");
            // "Click on New registration."
            await reader.ClickAsync("New registration");
            await reader.SeesAsync("Register an application");
            // "Give your app registration a name"
            await reader.FillAsync("Name", "Inventory sign-in");
            // "Enter the Redirect Uri"
            await reader.FillAsync("Redirect URI", joined.RedirectUri);
            // "Click Save": the page's one main button, which Entra calls Register.
            await reader.ClickAsync("Register");
            await reader.SeesAsync("Inventory sign-in");

            // "Step 2: Copy the Application (client) ID. Copy the Directory (tenant) ID."
            var (clientId, tenantId) = (await reader.CopyAsync("Application (client) ID"), await reader.CopyAsync("Directory (tenant) ID"));

            // "Step 3: Navigate to the Authentication section. Enter the Logout Uri in the area provided."
            await reader.ClickMenuAsync("Authentication");
            await reader.SeesAsync("Authentication");
            await reader.FillAsync("Front-channel logout URL", joined.LogoutUri);
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

            // "Step 6: Copy the Tenant Id in the Tenant field, the Client ID in the Client ID field, the Client Secret in the Client Secret field."
            await sites.EnterAsync(joined, tenantId, clientId, value);
            await sites.ActivateAsync(joined);

            // "log out and you can login using the 'Sign in with Microsoft' button. You may need to grand admin consent as seen in option 1."
            await visitor.AskToSignInAsync();
            await visitor.IdentifyAsync(joined.CompanyCode);
            await visitor.EnterUserNameAsync(person);
            await visitor.EnterPasswordAsync(person);
            await visitor.SeesHeadingAsync("Permissions requested");
            await visitor.Page.LooksRightAsync();
            await visitor.Button("Accept").ClickAsync();
            await visitor.DoNotStaySignedInAsync();
            await visitor.SeesSignedInAsync();
            Assert.Equal("inventory", await visitor.ClaimAsync("org_slug"));

            var values = new CopiedValues(sites, tenantId, clientId);
            await values.SecretWorksAsync(value, secretId);
            var claims = CopiedValues.Claims(JsonCalls.Text(await values.PasswordTokenAsync(person, value), "id_token"));
            Assert.Equal("Guide", (string?)claims["family_name"]);
            Assert.Equal(group, (string?)claims["groups"]![0]);
        });

    [Fact, Trait("Capability", "HEC-20")]
    public Task Consent_to_the_vendors_registration_by_an_account_that_may() =>
        sites.VisitAsync(async visitor =>
        {
            var redirect = $"https://vendor.{BlankApplications.Domain}/auth";
            var vendor = await sites.NewTenantAsync("Vendor of inventories");
            var made = await sites.Demo.Emulator.PostAsync(
                $"/tenants/{vendor.TenantId}/applications",
                new JsonObject
                {
                    ["displayName"] = "Inventory for everybody",
                    ["signInAudience"] = "AzureADMultipleOrgs",
                    ["web"] = new JsonObject { ["redirectUris"] = new JsonArray(redirect) },
                },
                CancellationToken.None
            );
            var customer = await sites.NewTenantAsync("Customer of the vendor");
            var (person, colleague) = (
                await sites.NewPersonAsync(customer, "Ordinary Orla"),
                await sites.NewPersonAsync(customer, "Other Otis")
            );
            var administrator = await sites.NewPersonAsync(customer, "Adele Admin");
            await sites.Demo.Emulator.PatchAsync(
                $"/tenants/{customer.TenantId}/users/{administrator.ObjectId}",
                new JsonObject { ["isAdministrator"] = true },
                CancellationToken.None
            );
            var values = new CopiedValues(sites, "organizations", JsonCalls.Text(made, "appId"));
            var address = values.AuthorizeUrl(
                redirect,
                "&response_type=code&prompt=select_account",
                "openid profile https://graph.microsoft.com/Group.Read.All"
            );

            // "Connect using the Sign In With Microsoft button on the login page."
            await visitor.Page.GotoAsync(address);
            await visitor.EnterUserNameAsync(person);
            await visitor.EnterPasswordAsync(person);
            // "If you are not connected with your Admin account, you may need to click on the 'Have an admin account? Sign in with that account'."
            await visitor.SeesHeadingAsync("Need admin approval");
            await visitor.Page.LooksRightAsync();
            await visitor.Page.GetByText("Have an admin account? Sign in with that account").ClickAsync();
            await visitor.EnterUserNameAsync(administrator);
            await visitor.EnterPasswordAsync(administrator);
            // "On the login prompt, click on 'Consent on behalf of your organization' and the Accept button."
            await visitor.SeesHeadingAsync("Permissions requested");
            await visitor.Page.GetByLabel("Consent on behalf of your organization").CheckAsync();
            await visitor.Page.LooksRightAsync();
            await visitor.Button("Accept").ClickAsync();
            await visitor.DoNotStaySignedInAsync();
            Assert.True((await CopiedValues.ReplyAsync(visitor.Page, redirect)).ContainsKey("code"));

            // "That's it!": nobody else of the organization is asked.
            await visitor.Page.GotoAsync(address);
            await visitor.Button("Use another account").ClickAsync();
            await visitor.SignInAtEntraAsync(colleague);
            Assert.True((await CopiedValues.ReplyAsync(visitor.Page, redirect)).ContainsKey("code"));
        });

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
