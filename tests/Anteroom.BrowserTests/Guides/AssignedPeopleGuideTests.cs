using System.Text.Json.Nodes;
using Anteroom.BrowserTests.Rig;
using Anteroom.DevHost;
using Anteroom.Samples.CommandLine;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.BrowserTests.Guides;

/// <summary>Guide 3: one central address, people who are assigned, two entries, web and mobile. Quotations are the guide's own words.</summary>
[Collection("Guides")]
public sealed class AssignedPeopleGuideTests(Sites sites)
{
    private sealed record Values(string ClientId, string TenantId, string Secret, string SecretId);

    [
        Fact,
        Trait("Capability", "HEL-01"),
        Trait("Capability", "HEL-02"),
        Trait("Capability", "HEL-04"),
        Trait("Capability", "HEL-05"),
        Trait("Capability", "HEL-06"),
        Trait("Capability", "HEL-07"),
        Trait("Capability", "HEL-09"),
        Trait("Capability", "HEL-10"),
        Trait("Capability", "HEL-11"),
        Trait("Capability", "HEL-15"),
        Trait("Capability", "HEL-16"),
        Trait("Capability", "HEL-17"),
        Trait("Capability", "HEL-19"),
        Trait("Capability", "HEL-22"),
        Trait("Capability", "HEL-23")
    ]
    public async Task A_registration_from_the_Add_menu_ends_with_people_on_the_web_and_in_an_installed_application()
    {
        Scale.OnlyInFullRuns();
        var tenant = await sites.NewTenantAsync("Default Directory");
        var (assigned, mobile) = (await sites.NewPersonAsync(tenant, "Ansel Assigned"), await sites.NewPersonAsync(tenant, "Moa Mobile"));
        var other = await sites.NewPersonAsync(tenant, "Otto Other");
        await sites.Api.PostAsync("/organizations", new JsonObject { ["slug"] = "tracks", ["name"] = "Tracks" }, CancellationToken.None);

        var companyCode = "";
        await sites.GuideAsync(
            "tracks",
            "Tracks",
            async reader =>
            {
                await reader.GoToPortalAsync(sites.Endpoints.EmulatorPortal, "Default Directory");
                var values = await RegisterAsync(reader, (assigned, "Ansel Assigned"), (mobile, "Moa Mobile"));
                await new CopiedValues(sites, values.TenantId, values.ClientId).SecretWorksAsync(values.Secret, values.SecretId);
                companyCode = await ConfigureAsync(reader, values);
            }
        );

        // "WEB: Enter … the company code for users that do not yet exist": "the user will automatically be created and the worker role will be assigned".
        await sites.VisitAsync(async visitor =>
        {
            await visitor.AskToSignInAsync();
            await visitor.IdentifyAsync(companyCode);
            await visitor.SignInAtEntraAsync(assigned);
            await visitor.SeesSignedInAsync();
            Assert.Equal("worker", await visitor.ClaimAsync("role"));
        });
        // "… either an existing … username": it leads to the same page, which knows the name already.
        await sites.VisitAsync(async visitor =>
        {
            await visitor.AskToSignInAsync();
            await visitor.IdentifyAsync(assigned.UserPrincipalName);
            await Expect(visitor.Page.GetByText(assigned.UserPrincipalName)).ToBeVisibleAsync();
            await visitor.EnterPasswordAsync(assigned);
            await visitor.DoNotStaySignedInAsync();
            await visitor.SeesSignedInAsync();
        });
        // "Only users that are assigned to the app have access"
        await sites.VisitAsync(async visitor =>
        {
            await visitor.AskToSignInAsync();
            await visitor.IdentifyAsync(companyCode);
            await visitor.EnterUserNameAsync(other);
            await visitor.EnterPasswordAsync(other);
            await visitor.Page.GetByText("For administrators").ClickAsync();
            await Expect(visitor.Page.Locator("details.administrators")).ToContainTextAsync("AADSTS50105");
        });

        // "MOBILE: Click 'Log in'. Click Single Sign-On. Enter either an existing … username or the company code".
        var application = await sites.Api.PostAsync(
            "/applications",
            new JsonObject
            {
                ["name"] = "Tracks mobile",
                ["protocol"] = "oidc",
                ["clientKind"] = "native",
                ["redirectUris"] = new JsonArray("http://127.0.0.1/callback"),
            },
            CancellationToken.None
        );
        foreach (var entry in (string[])[companyCode, mobile.UserPrincipalName])
            Assert.Equal(mobile.UserPrincipalName, await SignInOnMobileAsync(JsonCalls.Text(application, "clientId"), entry, mobile));

        var users = (await sites.Api.FindAsync("/organizations/tracks/users", CancellationToken.None))!["items"]!.AsArray();
        Assert.Equal(
            new[] { assigned.UserPrincipalName, mobile.UserPrincipalName }.Order(StringComparer.Ordinal),
            users.Select(user => JsonCalls.Text(user!, "userName")).Order(StringComparer.Ordinal)
        );
    }

    /// <returns>The user name that the application was told.</returns>
    private async Task<string> SignInOnMobileAsync(string clientId, string entry, DemoUser person)
    {
        var told = "";
        await sites.VisitAsync(async visitor =>
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            var shown = new TaskCompletionSource<Uri>();
            var running = new NativeSignIn(sites.Demo.Http, sites.Endpoints.Issuer, clientId, shown.SetResult).RunAsync(
                null,
                patience.Token
            );
            await visitor.Page.GotoAsync((await shown.Task).AbsoluteUri);
            await visitor.IdentifyAsync(entry);
            if (entry != person.UserPrincipalName)
                await visitor.EnterUserNameAsync(person);
            await visitor.EnterPasswordAsync(person);
            await visitor.DoNotStaySignedInAsync();
            await Expect(visitor.Page.GetByText("You can close this window.")).ToBeVisibleAsync();
            told = (await running)["preferred_username"];
        });
        return told;
    }

    private async Task<Values> RegisterAsync(Reader reader, params (DemoUser User, string Name)[] people)
    {
        // "In the '+Add' menu, click 'App registration'"
        await reader.ClickAsync("Add");
        await reader.LooksRightAsync("menu");
        await reader.ClickAsync("App registration");
        await reader.SeesAsync("Register an application");

        // "Name: e.g. …; Redirect URI: Choose 'Web' and set https://auth…/v1/callback; Click 'Register'": here the central address.
        await reader.FillAsync("Name", "Field tracks");
        await reader.ChooseAsync("Select a platform", "Web");
        await reader.FillAsync("Redirect URI", sites.Endpoints.Server + "/sso/callback");
        await reader.ClickAsync("Register");
        await reader.SeesAsync("Field tracks");

        // "After creating the Application, enter 'Add a certificate or Secret'"
        await reader.ClickAsync("Add a certificate or secret");
        await reader.SeesAsync("Certificates & secrets");
        // "click '+ New client secret'. Click 'Add'."
        await reader.ClickAsync("New client secret");
        await reader.ClickAsync("Add");
        // "Keep a copy of your secret Value. (not Secret ID)"
        var (secret, secretId) = (await reader.CopyAsync("Value"), await reader.CopyAsync("Secret ID"));

        // "You can assign users to the app e.g. by clicking the link below 'Managed application in local directory' in the app overview page"
        await reader.ClickMenuAsync("Overview");
        await reader.SeesAsync("Field tracks");
        // "Enter Tenant ID and Client ID which can be retrieved from the application overview page"
        var (client, tenant) = (await reader.CopyAsync("Application (client) ID"), await reader.CopyAsync("Directory (tenant) ID"));
        await reader.ReadsAsync("Managed application in local directory");
        await reader.FollowAsync("Managed application in local directory");
        await reader.SeesAsync("Properties");
        // "Only users that are assigned to the app have access"
        await reader.ChooseYesAsync("Assignment required?");
        await reader.SavesAsync();
        // "Assign Users and Groups to the … App"
        await reader.ClickMenuAsync("Users and groups");
        await reader.SeesAsync("Users and groups");
        foreach (var (person, name) in people)
        {
            await reader.ClickAsync("Add user/group");
            await reader.LooksRightAsync("form");
            await reader.FillAsync("User principal name, group name or object ID", person.UserPrincipalName);
            await reader.ClickAsync("Assign");
            await reader.ReadsAsync(name);
        }
        await reader.LooksRightAsync("assigned");

        // Where the guide is silent: where assignment is required, only an administrator can consent (AADSTS90094).
        await reader.ClickMenuAsync("Permissions");
        await reader.SeesAsync("Permissions");
        await reader.ClickAsync("Grant admin consent for Default Directory");
        await reader.ReadsAsync("Saved.");
        await reader.LooksRightAsync("granted");
        return new(client, tenant, secret, secretId);
    }

    /// <returns>"the code seen in the SSO configuration section"</returns>
    private async Task<string> ConfigureAsync(Reader reader, Values values)
    {
        // "Choose 'API & Integrations' in the main menu. In the Single Sign-On section, click 'Setup SSO configuration'"
        await reader.Page.GotoAsync($"{sites.Endpoints.Console}/organizations/tracks");
        await reader.ClickConsoleAsync("API & Integrations", "Single Sign-On");
        await reader.SeesAsync("Single Sign-On");
        await reader.ClickAsync("Setup SSO configuration");
        await reader.SeesAsync("Setup SSO configuration");
        // "Select 'Azure AD' as the Identity Provider"
        await reader.ChooseAsync("Identity provider", "Entra ID (Azure AD)");
        await reader.ClickAsync("Next");
        await reader.SeesAsync("New connection");
        await reader.ChooseAsync("Redirect Uri", "The central address, the same for all organizations");
        await reader.ChooseAsync("Cloud", "Entra emulator");
        // "Enter Tenant ID and Client ID … Enter Client Secret … Make sure it's the Value."
        await reader.FillAsync("Tenant", values.TenantId);
        await reader.FillAsync("Client ID", values.ClientId);
        await reader.FillAsync("Client Secret", values.Secret);
        await reader.ClickAsync("Make the connection");
        // "All done. Now users are ready"
        await reader.ReadsAsync("Active. People can sign in by it.");
        await reader.LooksRightAsync("made");
        await reader.ClickConsoleAsync("API & Integrations", "Single Sign-On");
        return await reader.CopyAsync("Company code");
    }
}
