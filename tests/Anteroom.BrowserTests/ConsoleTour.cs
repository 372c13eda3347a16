using Anteroom.BrowserTests.Rig;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.BrowserTests;

/// <summary>An operator's walk through the console, from an empty organization to a person who is let in again.</summary>
internal static class ConsoleTour
{
    private const string Room = "/console/organizations/litware";

    /// <param name="look">At each page, by a name of its own.</param>
    public static async Task WalkAsync(Visitor visitor, string server, Func<string, Task> look)
    {
        var page = visitor.Page;
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

        foreach (var (path, name) in Others)
        {
            await page.GotoAsync(server + path);
            await look(name);
        }
        await page.GotoAsync(server + Room);
        await visitor.Button("Leave").ClickAsync();
        await visitor.SeesHeadingAsync("Organizations");
    }

    private static readonly (string Path, string Name)[] Others =
    [
        (Room + "/users", "users"),
        (Room + "/groups", "groups"),
        (Room + "/roles", "roles"),
        (Room + "/domains", "domains"),
        (Room + "/connections", "connections"),
        (Room + "/applications", "applications"),
        (Room + "/api-keys", "api-keys"),
        (Room + "/audit", "audit"),
        ("/console/health", "health"),
    ];
}
