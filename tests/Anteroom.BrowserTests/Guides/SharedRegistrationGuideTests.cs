using System.Text.Json.Nodes;
using Anteroom.BrowserTests.Rig;
using Anteroom.DevHost;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.BrowserTests.Guides;

/// <summary>Guide 1, option 1: an organization connects to a vendor's application by the vendor's own app registration, and changes to one of its own later. Quotations are the guide's own words.</summary>
[Collection("Guides")]
public sealed class SharedRegistrationGuideTests(Sites sites)
{
    private const string SignInWithMicrosoft = "Sign in with Microsoft";
    private const string InitialSetup = "OpenId Connect Initial Setup";

    /// <summary>A customer's tenant in which nobody may consent for themselves, and three of its people.</summary>
    private sealed record Customer(DemoTenant Tenant, DemoUser Ordinary, DemoUser Colleague, DemoUser Administrator);

    [Fact, Trait("Capability", "HEC-18"), Trait("Capability", "HEC-19"), Trait("Capability", "HEC-20"), Trait("Capability", "HEC-21")]
    public async Task The_button_leads_to_consent_which_another_account_gives_and_the_tenant_is_still_to_be_connected()
    {
        var customer = await NewCustomerAsync("Customer of the vendor");
        var organization = await sites.Api.PostAsync(
            "/organizations",
            new JsonObject { ["slug"] = "annex", ["name"] = "Annex" },
            CancellationToken.None
        );
        var connection = await sites.Api.PostAsync(
            "/organizations/annex/connections",
            new JsonObject
            {
                ["name"] = "Microsoft Entra ID",
                ["kind"] = "entra",
                ["cloud"] = "emulator",
                ["registration"] = "shared",
                ["defaultRole"] = "member",
            },
            CancellationToken.None
        );
        await sites.Api.PostAsync(
            $"/organizations/annex/connections/{JsonCalls.Text(connection, "id")}/activate",
            new JsonObject(),
            CancellationToken.None
        );

        await sites.VisitAsync(async visitor =>
        {
            await visitor.AskToSignInAsync();
            await visitor.IdentifyAsync(JsonCalls.Text(organization, "companyCode")); // the only way in, so nobody is asked which
            await ConsentByAnotherAccountAsync(visitor, customer);
            await Expect(visitor.Link("Connect the tenant in the console")).ToBeVisibleAsync();
        });
    }

    [
        Fact,
        Trait("Capability", "HEC-02"),
        Trait("Capability", "HEC-17"),
        Trait("Capability", "HEC-18"),
        Trait("Capability", "HEC-19"),
        Trait("Capability", "HEC-20"),
        Trait("Capability", "HEC-22"),
        Trait("Capability", "HEC-37"),
        Trait("Capability", "HEC-38"),
        Trait("Security", "SEC-063")
    ]
    public async Task The_vendors_registration_and_later_an_own_one_let_the_same_person_in()
    {
        Scale.OnlyInFullRuns();
        var customer = await NewCustomerAsync("Depot Works");
        var organization = await sites.Api.PostAsync(
            "/organizations",
            new JsonObject { ["slug"] = "depot", ["name"] = "Depot" },
            CancellationToken.None
        );
        var companyCode = JsonCalls.Text(organization, "companyCode");
        // "be both an Administrator in the … solution and an Administrator in Microsoft Azure": here two accounts, which know nothing of each other.
        await using var administrator = await ConsolePerson.ComeInAsync(sites, "depot", "dina@depot.example", "Dina Depot");
        var reader = await Reader.InConsoleAsync(sites, administrator.Visitor);
        await administrator.GoToAsync("/console/organizations/depot");
        await ChooseTheVendorsAsync(reader, customer.Tenant);

        // "Connect … using the Sign In With Microsoft button on the login page."
        var console = "";
        await sites.VisitAsync(async visitor =>
        {
            await AskAsync(visitor, companyCode, look: true);
            await ConsentByAnotherAccountAsync(visitor, customer);
            console = (await visitor.Link("Connect the tenant in the console").GetAttributeAsync("href"))!;
        });

        // Where the guide is silent: consent says nothing about whose tenant it is. The administrator of the organization does, by signing in there.
        await reader.Page.GotoAsync(sites.Endpoints.Server + console);
        await reader.SeesAsync("Entra tenants");
        await reader.ClickAsync("Connect your Entra tenant");
        await administrator.Visitor.SignInAtEntraAsync(customer.Administrator); // who has consented already
        await reader.SeesAsync("Connect this tenant?");
        await reader.ReadsAsync(customer.Tenant.TenantId);
        await reader.ClickAsync("Connect this tenant");
        await reader.ReadsAsync("The tenant is connected.");
        await reader.LooksRightAsync("connected");

        // "That's it!": nobody else of the organization is asked.
        await sites.VisitAsync(async visitor =>
        {
            await SignInAsync(visitor, companyCode, customer.Colleague);
            var subject = await visitor.ClaimAsync("sub");

            // "If you'd like to use your own OpenId Connect settings, continue with Option 2."
            await ChangeToOwnAsync(administrator, reader, customer.Tenant);

            // "You may need to grand admin consent as seen in option 1."
            await sites.VisitAsync(async first =>
            {
                await AskAsync(first, companyCode, look: false);
                await first.EnterUserNameAsync(customer.Administrator);
                await first.EnterPasswordAsync(customer.Administrator);
                await ConsentForEverybodyAsync(first);
                await first.SeesSignedInAsync();
            });

            // "log out and you can login using the 'Sign in with Microsoft' button": the same person, by another registration.
            await visitor.Button("Sign out").ClickAsync();
            await visitor.SeesHeadingAsync("You are signed out");
            await SignInAsync(visitor, companyCode, customer.Colleague);
            Assert.Equal(subject, await visitor.ClaimAsync("sub"));
        });
        var users = (await sites.Api.FindAsync("/organizations/depot/users", CancellationToken.None))!["items"]!.AsArray();
        Assert.Equal(
            new[] { "dina@depot.example", customer.Administrator.UserPrincipalName, customer.Colleague.UserPrincipalName }.Order(
                StringComparer.Ordinal
            ),
            users.Select(user => JsonCalls.Text(user!, "userName")).Order(StringComparer.Ordinal)
        );
    }

    private static async Task ChooseTheVendorsAsync(Reader reader, DemoTenant tenant)
    {
        // "Navigate to the Settings. Scroll to the Protection section and then click on Security."
        await reader.ClickConsoleAsync("Settings", "Protection");
        await reader.SeesAsync("Security");
        // "Select the Azure authentication method": the vendor's registration stands below it already.
        await reader.ChooseAsync("Authentication method", "Entra ID (Azure AD)");
        await Expect(reader.Page.GetByLabel("App registration")).ToHaveValueAsync("emulator");
        await reader.LooksRightAsync("the vendor's");
        await reader.FillAsync("Authorized Domains", tenant.Domain);
        // "Click on the Save button before moving to the next steps."
        await reader.SavesAsync();
        await reader.ReadsAsync("People sign in by the app registration of this service");
        await reader.ReadsAsync("Active");
        // "you can do so by clicking on the OpenId Connect Initial Setup button": not yet, but looked at.
        await reader.ClickAsync(InitialSetup);
        await reader.ReadsAsync("Nothing changes until you save them.");
        await reader.LooksRightAsync("shared");
    }

    /// <summary>At the sign-in page of the organization, up to the first of Entra's.</summary>
    private static async Task AskAsync(Visitor visitor, string companyCode, bool look)
    {
        await visitor.AskToSignInAsync();
        await visitor.IdentifyAsync(companyCode);
        await visitor.SeesHeadingAsync("How do you want to sign in?");
        if (look)
            await visitor.Page.LooksRightAsync();
        await visitor.Button(SignInWithMicrosoft).ClickAsync();
    }

    private static async Task SignInAsync(Visitor visitor, string companyCode, DemoUser person)
    {
        await AskAsync(visitor, companyCode, look: false);
        await visitor.SignInAtEntraAsync(person); // and no page between that asks for consent
        await visitor.SeesSignedInAsync();
    }

    /// <summary>From Entra's first page to ours: somebody ordinary, then an administrator of the tenant in the same browser, and one answer.</summary>
    private async Task ConsentByAnotherAccountAsync(Visitor visitor, Customer customer)
    {
        List<Uri> answers = [];
        visitor.Page.Request += (_, request) =>
        {
            if (request.Url.StartsWith($"{sites.Endpoints.Server}/sso/callback", StringComparison.Ordinal))
                answers.Add(new Uri(request.Url));
        };
        await visitor.EnterUserNameAsync(customer.Ordinary);
        await visitor.EnterPasswordAsync(customer.Ordinary);
        // "If you are not connected with your Admin account, you may need to click on the 'Have an admin account? Sign in with that account'."
        await visitor.SeesHeadingAsync("Need admin approval");
        await visitor.Page.LooksRightAsync();
        await visitor.Page.GetByText("Have an admin account? Sign in with that account").ClickAsync();
        await visitor.EnterUserNameAsync(customer.Administrator);
        await visitor.EnterPasswordAsync(customer.Administrator);
        await ConsentForEverybodyAsync(visitor);

        // State and nonce of the beginning hold: the answer is believed, and refused for the one thing that is missing.
        await Expect(visitor.Page.GetByText("tenant_not_bound")).ToBeVisibleAsync();
        await visitor.Page.LooksRightAsync();
        Assert.Single(answers);
    }

    /// <summary>"On the login prompt, click on 'Consent on behalf of your organization' and the Accept button."</summary>
    private static async Task ConsentForEverybodyAsync(Visitor visitor)
    {
        await visitor.SeesHeadingAsync("Permissions requested");
        await visitor.Page.GetByLabel("Consent on behalf of your organization").CheckAsync();
        await visitor.Page.LooksRightAsync();
        await visitor.Button("Accept").ClickAsync();
        await visitor.DoNotStaySignedInAsync();
    }

    /// <summary>Option 2, whose portal part OwnRegistrationGuideTests follows.</summary>
    private async Task ChangeToOwnAsync(ConsolePerson administrator, Reader reader, DemoTenant tenant)
    {
        await administrator.GoToAsync("/console/organizations/depot/protection");
        await reader.ClickAsync(InitialSetup);
        var (redirect, logout) = (await reader.CopyAsync("Redirect Uri"), await reader.CopyAsync("Logout Uri"));
        var application = await sites.Control.CreateApplicationAsync(tenant, "Depot sign-in", CancellationToken.None);
        await sites.Control.RegisterAddressesAsync(application.ClientId, redirect, logout, CancellationToken.None);
        await sites.ForgetConsentAsync(tenant, application.ClientId); // as to one that was registered in the portal
        await reader.ChooseAsync("Cloud", "Entra emulator");
        await reader.FillAsync("Tenant", tenant.TenantId);
        await reader.FillAsync("Client ID", application.ClientId);
        await reader.FillAsync("Client Secret", application.ClientSecret);
        await reader.SavesAsync();
        await reader.ReadsAsync("Active");
    }

    private async Task<Customer> NewCustomerAsync(string name)
    {
        var tenant = await sites.NewTenantAsync(name);
        await sites.Demo.Emulator.PatchAsync(
            $"/tenants/{tenant.TenantId}",
            new JsonObject { ["policies"] = new JsonObject { ["userConsent"] = "none" } },
            CancellationToken.None
        );
        return new(
            tenant,
            await sites.NewPersonAsync(tenant, "Ordinary Orla"),
            await sites.NewPersonAsync(tenant, "Other Otis"),
            await sites.Demo.NewAdministratorAsync(tenant)
        );
    }
}
