using System.Text.RegularExpressions;
using Anteroom.BrowserTests.Rig;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.BrowserTests.Guides;

/// <summary>Somebody who follows a guide in the portal by its words alone. Every page on the way must look right and complain about nothing.</summary>
internal sealed class Reader
{
    // The guides run one after another: a page that one of them has looked at is not looked at again.
    private static readonly HashSet<string> Seen = [];

    private readonly Visitor _visitor;

    private Reader(Visitor visitor)
    {
        _visitor = visitor;
        visitor.Page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning" && message.Page?.Url.Contains("/portal", StringComparison.Ordinal) == true)
                visitor.Complaints.Add($"{message.Page.Url}: {message.Text}");
        };
    }

    public IPage Page => _visitor.Page;

    /// <summary>The menu of the console, with the words of its sections.</summary>
    private ILocator ConsoleMenu => Page.Locator("#menu");

    private ILocator Menu => Page.GetByRole(AriaRole.Navigation, new() { Name = "Entra emulator portal" });

    /// <summary>The portal's first page.</summary>
    public static async Task<Reader> OpenAsync(Sites sites, Visitor visitor)
    {
        var portal = sites.Endpoints.EmulatorPortal;
        await visitor.Page.Context.GrantPermissionsAsync(
            ["clipboard-read", "clipboard-write"],
            new() { Origin = new Uri(portal).GetLeftPart(UriPartial.Authority) }
        );
        var reader = new Reader(visitor);
        await visitor.Page.GotoAsync(portal);
        await reader.SeesAsync("Tenants");
        return reader;
    }

    /// <summary>Somebody who has both products before them, and begins in the console.</summary>
    public static async Task<Reader> InConsoleAsync(Sites sites, Visitor visitor)
    {
        foreach (var address in (string[])[sites.Endpoints.EmulatorPortal, sites.Endpoints.Console])
            await visitor.Page.Context.GrantPermissionsAsync(
                ["clipboard-read", "clipboard-write"],
                new() { Origin = new Uri(address).GetLeftPart(UriPartial.Authority) }
            );
        return new(visitor);
    }

    /// <summary>To the portal, and to the tenant of that name.</summary>
    public async Task GoToPortalAsync(string portal, string tenant)
    {
        await Page.GotoAsync(portal);
        await ClickAsync(tenant);
        await SeesAsync(tenant);
    }

    /// <summary>An entry of the console's menu, under the words of its section.</summary>
    public async Task ClickConsoleAsync(string section, string entry)
    {
        await Expect(ConsoleMenu.GetByText(section, new() { Exact = true })).ToBeVisibleAsync();
        await ConsoleMenu.GetByRole(AriaRole.Link, new() { Name = entry, Exact = true }).ClickAsync();
    }

    public Task UntickAsync(string words) => Page.GetByLabel(words).UncheckAsync();

    /// <summary>A link, a button, or what unfolds a form. Guides are not exact about capitals.</summary>
    public Task ClickAsync(string words) =>
        Page.GetByRole(AriaRole.Link, new() { NameRegex = Exactly(words) })
            .Or(Page.GetByRole(AriaRole.Button, new() { NameRegex = Exactly(words) }))
            .Or(Page.Locator("summary", new() { HasTextRegex = Exactly(words) }))
            .ClickAsync();

    /// <summary>An entry of the menu on the left. What tenant and application both have is meant of the application.</summary>
    public Task ClickMenuAsync(string words) => Menu.GetByRole(AriaRole.Link, new() { NameRegex = Exactly(words) }).Last.ClickAsync();

    public async Task SearchAsync(string words)
    {
        var box = Page.GetByRole(AriaRole.Search).First.GetByRole(AriaRole.Searchbox);
        await box.FillAsync(words);
        await box.PressAsync("Enter");
        await SeesAsync($"Search: {words}");
    }

    public Task FillAsync(string label, string text) => Page.GetByLabel(Exactly(label)).FillAsync(text);

    public Task ChooseAsync(string label, string option) =>
        Page.GetByLabel(Exactly(label)).SelectOptionAsync(new SelectOptionValue { Label = option });

    /// <summary>A box or a choice by any part of its words.</summary>
    public Task TickAsync(string words) => Page.GetByLabel(words).CheckAsync();

    /// <summary>A box that has these words and no others.</summary>
    public Task TickExactlyAsync(string words) => Page.GetByLabel(Exactly(words)).CheckAsync();

    /// <summary>A box whose label begins with these words.</summary>
    public Task TickFirstWordAsync(string word) => Page.GetByLabel(new Regex($@"^\s*{Regex.Escape(word)}\s")).CheckAsync();

    /// <summary>Yes to a question.</summary>
    public Task ChooseYesAsync(string question) => Page.GetByRole(AriaRole.Group, new() { Name = question }).GetByLabel("Yes").CheckAsync();

    /// <summary>The link that stands beside a term.</summary>
    public Task FollowAsync(string term) =>
        Page.Locator("dt", new() { HasTextString = term }).Locator("xpath=following-sibling::dd[1]").GetByRole(AriaRole.Link).ClickAsync();

    public Task ReadsAsync(string words) => Expect(Page.GetByText(words).First).ToBeVisibleAsync();

    /// <summary>Meets the page with this title; the first time it is looked at closely.</summary>
    public async Task SeesAsync(string title)
    {
        await _visitor.SeesHeadingAsync(title);
        await LooksRightAsync("");
    }

    /// <param name="state">What is open or shown beside the page itself.</param>
    public async Task LooksRightAsync(string state)
    {
        var place = Regex.Replace(new Uri(Page.Url).AbsolutePath, "[0-9a-f-]{36}", "_");
        if (Seen.Add($"{place} {state}"))
            await Page.LooksRightAsync();
    }

    public async Task SavesAsync()
    {
        await ClickAsync("Save");
        await Page.GetByText("Saved.").WaitForAsync();
    }

    /// <summary>By the button that copies, as a reader does.</summary>
    public async Task<string> CopyAsync(string name)
    {
        await Page.GetByRole(AriaRole.Button, new() { NameRegex = Exactly($"Copy: {name}") }).ClickAsync();
        return await Page.EvaluateAsync<string>("navigator.clipboard.readText()");
    }

    // Playwright writes patterns between slashes.
    private static Regex Exactly(string words) =>
        new($@"^\s*{Regex.Escape(words).Replace("/", @"\/", StringComparison.Ordinal)}\s*$", RegexOptions.IgnoreCase);
}
