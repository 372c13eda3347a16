using Anteroom.BrowserTests.Rig;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.BrowserTests;

/// <summary>Somebody's walk through their own account: every page, and a second passkey that comes, gets a name and goes.</summary>
internal static class AccountTour
{
    private static readonly (string Entry, string Name)[] Pages =
    [
        ("Profile", "account-profile"),
        ("Sessions", "account-sessions"),
        ("Activity", "account-activity"),
        ("Language", "account-language"),
        ("Ways to sign in", "account-ways"),
    ];

    /// <param name="withSpare">Does what is given with another authenticator at hand, and the first one out of reach.</param>
    /// <param name="look">At each page, by a name of its own.</param>
    public static async Task WalkAsync(Visitor visitor, string server, Func<Func<Task>, Task> withSpare, Func<string, Task> look)
    {
        var page = visitor.Page;
        await page.GotoAsync(server + "/account");
        await visitor.SeesHeadingAsync("Your account");
        await look("account");
        foreach (var (entry, name) in Pages)
        {
            await visitor.Link(entry).ClickAsync();
            await visitor.SeesHeadingAsync(entry);
            await look(name);
        }

        await visitor.Link("Add a passkey").ClickAsync();
        await page.GetByLabel("Name of the passkey").FillAsync("Security key");
        await look("account-add-passkey");
        await withSpare(async () =>
        {
            await visitor.Button("Add a passkey").ClickAsync();
            await Expect(page.GetByText("The passkey was added.")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        });
        await look("account-passkeys");

        await visitor.Link("Rename Security key").ClickAsync();
        await page.GetByLabel("Name of the passkey").FillAsync("Spare key");
        await look("account-rename-passkey");
        await visitor.Button("Save the name").ClickAsync();
        await visitor.Link("Remove Spare key").ClickAsync();
        await visitor.SeesHeadingAsync("Remove a passkey?");
        await look("account-remove-passkey");
        await visitor.Button("Remove the passkey").ClickAsync();
        await visitor.SeesHeadingAsync("The passkey is removed");
        await look("account-passkey-removed");
        await visitor.Link("Sign in again").ClickAsync();
        await visitor.Button("Sign in with a passkey").ClickAsync();
        await visitor.SeesHeadingAsync("Your account");
        await visitor.Link("Sessions").ClickAsync();
        await visitor.Link("Sign out everywhere").ClickAsync();
        await look("account-everywhere");
        await visitor.Button("Sign out everywhere").ClickAsync();
        await visitor.SeesHeadingAsync("You are signed out everywhere");
    }
}
