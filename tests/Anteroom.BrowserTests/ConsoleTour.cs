using Anteroom.BrowserTests.Rig;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.BrowserTests;

/// <summary>An operator's walk through the console, from an empty organization to a person who is let in again.</summary>
internal static class ConsoleTour
{
    private const string Room = "/console/organizations/litware";

    /// <param name="look">At each page, by a name of its own.</param>
    public static async Task WalkAsync(Visitor visitor, RunningDemo demo, Func<string, Task> look)
    {
        var (page, server) = (visitor.Page, demo.Endpoints.Server);
        await page.GotoAsync(server + "/console/organizations");
        await visitor.SeesHeadingAsync("Organizations");
        await look("organizations");
        await visitor.Link("New organization").ClickAsync();
        await page.Locator("[name=name]").FillAsync("Litware");
        await page.Locator("[name=slug]").FillAsync("litware");
        await look("new-organization");
        await visitor.Button("Create organization").ClickAsync();

        await visitor.SeesHeadingAsync("Enter Litware?");
        await look("door");
        await visitor.Button("Enter Litware").ClickAsync();
        await Expect(page.GetByText("You are inside Litware as an operator.")).ToBeVisibleAsync();
        await look("overview");

        await visitor.Link("Users").First.ClickAsync();
        await look("no-users");
        await visitor.Link("New user").ClickAsync();
        await page.Locator("[name=userName]").FillAsync("mira@litware.example");
        await page.Locator("[name=displayName]").FillAsync("Mira Koch");
        await look("new-user");
        await visitor.Button("Create user").ClickAsync();
        await visitor.SeesHeadingAsync("Mira Koch");
        await look("user");
        await visitor.Link("Deactivate").ClickAsync();
        await page.Locator("[name=reason]").FillAsync("Left the company");
        await look("deactivate");
        await visitor.Button("Deactivate").ClickAsync();
        await Expect(page.GetByText("Left the company")).ToBeVisibleAsync();
        await look("user-deactivated");
        await visitor.Button("Let in again").ClickAsync();
        await Expect(page.GetByText("They may come in again.")).ToBeVisibleAsync();

        await visitor.Link("Edit").ClickAsync();
        await look("edit-user");
        var edit = page.Url;
        var other = await page.Context.NewPageAsync(); // somebody else, at the same time
        await other.GotoAsync(edit);
        await other.Locator("[name=displayName]").FillAsync("Mira Koch-Weber");
        await other.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(other.GetByText("Saved.")).ToBeVisibleAsync();
        await other.CloseAsync();
        await page.Locator("[name=displayName]").FillAsync("Mira K.");
        await visitor.Button("Save").ClickAsync();
        await visitor.SeesHeadingAsync("Somebody else changed this meanwhile");
        await look("merge");
        await page.Locator("main label").GetByText("Mira Koch-Weber").ClickAsync();
        await visitor.Button("Save").ClickAsync();
        await visitor.SeesHeadingAsync("Mira Koch-Weber");
        await visitor.Link("Link an Entra account").ClickAsync();
        await look("link-account");
        await visitor.Link("Cancel").ClickAsync();
        await visitor.Link("Delete").ClickAsync();
        await look("delete-user");

        await MakeAsync(visitor, server, look, "fields", "Create field", ("name", "Cost centre"), ("key", "costCentre"));
        await MakeAsync(visitor, server, look, "roles", "Save", ("name", "Help desk"), ("key", "help-desk"));
        await page.GotoAsync($"{server}{Room}/roles/help-desk/edit");
        await visitor.SeesHeadingAsync("Help desk");
        await look("edit-role");
        await MakeAsync(visitor, server, look, "groups", "Create group", ("name", "Night shift"));
        await look("group");
        await MakeAsync(
            visitor,
            server,
            look,
            "applications",
            "Register application",
            ("name", "Portal"),
            ("redirectUris", "https://portal.example/callback")
        );
        await look("application");
        await visitor.Link("Switch off").ClickAsync();
        await look("disable-application");

        await ConnectAsync(visitor, server, look);
        foreach (var (path, name) in Others)
        {
            await page.GotoAsync(server + path);
            await look(name);
        }
        await page.GotoAsync(server + Room + "/audit");
        await page.Locator("td.open a").First.ClickAsync();
        await look("audit-event");
        await page.GotoAsync(server + Room + "/audit?action=user.created");
        await page.Locator("td.open a").First.ClickAsync(); // whom it was about is a link beside the list
        await look("audit-of-user");
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("azure ad");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("main").GetByText("Single Sign-On")).ToBeVisibleAsync();
        await look("search");
        await page.GotoAsync(server + Room);
        await visitor.Button("Leave").ClickAsync();
        await visitor.SeesHeadingAsync("Organizations");

        await page.GotoAsync(server + "/console/organizations/contoso/connections");
        await visitor.Button("Enter Contoso").ClickAsync();
        await page.Locator("tbody a").First.ClickAsync();
        await visitor.Button("Run the test").ClickAsync();
        await Expect(page.GetByText("Passed").First).ToBeVisibleAsync();
        await look("connection");
        var contoso = demo.Endpoints.Organizations.First(organization => organization.Slug == "contoso");
        await page.GotoAsync(page.Url.Replace("/test", "/try", StringComparison.Ordinal));
        await visitor.Button("Start the test sign-in").ClickAsync();
        var tara = await demo.NewPersonAsync(contoso, "Tara Trial");
        await visitor.EnterUserNameAsync(tara);
        await visitor.EnterPasswordAsync(tara); // asked to sign in anew, Entra does not ask whether she stays signed in
        await visitor.SeesHeadingAsync("Test sign-in: result");
        await look("tried");
        await visitor.Button("Leave").ClickAsync();
        await visitor.SeesHeadingAsync("Organizations");

        await page.GotoAsync(server + "/console/organizations/tailspin/connections"); // by the shared app
        await visitor.Button("Enter Tailspin").ClickAsync();
        await page.Locator("tbody a").First.ClickAsync();
        await look("shared-connection");
        await visitor.Link("Connect your Entra tenant").ClickAsync();
        await visitor.SeesHeadingAsync("Entra tenants");
        await look("tenants");
        await visitor.Link("Remove").ClickAsync();
        await look("remove-tenant");
        await visitor.Link("Cancel").ClickAsync();
        await visitor.SeesHeadingAsync("Entra tenants");
        await visitor.Button("Leave").ClickAsync();
        await visitor.SeesHeadingAsync("Organizations");
    }

    /// <summary>A connection without a secret: by a certificate, then by a federated credential.</summary>
    private static async Task ConnectAsync(Visitor visitor, string server, Func<string, Task> look)
    {
        var page = visitor.Page;
        await page.GotoAsync(server + Room + "/domains");
        await page.Locator("main [name=name]").FillAsync("litware.example");
        await visitor.Button("Add").ClickAsync();
        await page.GotoAsync(server + Room + "/connections/new");
        await page.Locator("[name=cloud]").SelectOptionAsync("emulator");
        await page.Locator("[name=tenantId]").FillAsync("11111111-1111-4111-8111-111111111111");
        await page.Locator("[name=clientId]").FillAsync("22222222-2222-4222-8222-222222222222");
        await page.Locator("[name=credential]").SelectOptionAsync("certificate");
        await look("new-connection");
        await visitor.Button("Make the connection").ClickAsync();
        await look("certified-connection");
        await visitor.Link("Certificates").First.ClickAsync();
        await visitor.SeesHeadingAsync("Certificates");
        await visitor.Button("Make a new certificate").ClickAsync();
        await Expect(page.GetByText("The certificate is made.")).ToBeVisibleAsync();
        await look("certificates");
        await visitor.Link("Microsoft Entra ID").First.ClickAsync();
        await visitor.Link("Edit").ClickAsync();
        await page.Locator("[name=credential]").SelectOptionAsync("federated");
        await look("edit-connection");
        await visitor.Button("Save").ClickAsync();
        await Expect(page.GetByText("Subject identifier")).ToBeVisibleAsync();
        await look("federated-connection");
        var connection = page.Url.Split('?')[0];
        foreach (var part in (string[])["claims", "try", "testers", "disable"])
        {
            await page.GotoAsync($"{connection}/{part}");
            await look("connection-" + part);
        }
    }

    /// <summary>Tables alone, as <c>users</c> is one.</summary>
    public static bool IsPlainList(string name) =>
        name is "groups" or "roles" or "fields" or "connections" or "applications" or "api-keys" or "audit" or "organizations" or "clouds";

    private static async Task MakeAsync(
        Visitor visitor,
        string server,
        Func<string, Task> look,
        string what,
        string button,
        params (string Name, string Value)[] typed
    )
    {
        await visitor.Page.GotoAsync($"{server}{Room}/{what}/new");
        foreach (var (name, value) in typed)
            await visitor.Page.Locator($"main [name={name}]").FillAsync(value);
        await look("new-" + what);
        await visitor.Button(button).ClickAsync();
        await Expect(visitor.Page.Locator("[role=status]").First).ToBeVisibleAsync();
    }

    private static readonly (string Path, string Name)[] Others =
    [
        (Room + "/users", "users"),
        (Room + "/groups", "groups"),
        (Room + "/roles", "roles"),
        (Room + "/fields", "fields"),
        (Room + "/settings", "settings"),
        (Room + "/settings/renew-code", "renew-code"),
        (Room + "/protection", "protection"),
        (Room + "/domains", "domains"),
        (Room + "/branding", "branding"),
        (Room + "/connections", "connections"),
        (Room + "/connections/setup", "connection-setup"),
        (Room + "/connections/new-oidc?provider=okta", "new-okta"),
        (Room + "/connections/new-shared", "new-shared-connection"),
        (Room + "/connections/intake", "two-ids"),
        (Room + "/applications", "applications"),
        (Room + "/api-keys", "api-keys"),
        (Room + "/audit", "audit"),
        (Room + "/audit/export", "audit-export"),
        ("/console/mail", "mail"),
        ("/console/clouds", "clouds"),
        ("/console/clouds/new", "new-cloud"),
        ("/console/shared-apps", "shared-apps"),
        ("/console/shared-apps/new", "new-shared-app"),
        ("/console/health", "health"),
        ("/console/help", "help"),
    ];
}
