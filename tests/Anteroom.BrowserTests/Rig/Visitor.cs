using Anteroom.DevHost;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.BrowserTests.Rig;

/// <summary>A person in front of a browser, and what they do on the way through the three sites.</summary>
internal sealed class Visitor
{
    private readonly DemoEndpoints _endpoints;

    public Visitor(DemoEndpoints endpoints, IPage page)
    {
        (_endpoints, Page) = (endpoints, page);
        page.Context.Console += (_, message) =>
        {
            if (message.Type == "error" && message.Text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase))
                Complaints.Add($"{message.Page?.Url}: {message.Text}");
        };
        page.Context.WebError += (_, error) => Complaints.Add($"{error.Page?.Url}: {error.Error}");
    }

    public IPage Page { get; }

    /// <summary>Broken policies and errors of scripts, on any page.</summary>
    public List<string> Complaints { get; } = [];

    public Task OpenApplicationAsync() => Page.GotoAsync(_endpoints.SampleApplication);

    /// <summary>From the application to the server's question.</summary>
    public async Task AskToSignInAsync()
    {
        await OpenApplicationAsync();
        await Link("Sign in").ClickAsync();
    }

    public async Task IdentifyAsync(string entry)
    {
        await Page.GetByLabel("Company code, user name or e-mail").FillAsync(entry);
        await Button("Next").ClickAsync();
    }

    public async Task EnterUserNameAsync(DemoUser user)
    {
        await Page.GetByLabel("Email or user name").FillAsync(user.UserPrincipalName);
        await Button("Next").ClickAsync();
    }

    public async Task EnterPasswordAsync(DemoUser user)
    {
        await Page.GetByLabel("Password").FillAsync(user.Password);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
    }

    public Task DoNotStaySignedInAsync() => Button("No").ClickAsync();

    public async Task SignInAtEntraAsync(DemoUser user)
    {
        await EnterUserNameAsync(user);
        await EnterPasswordAsync(user);
        await DoNotStaySignedInAsync();
    }

    public async Task SignInAsync(DemoOrganization organization, DemoUser user)
    {
        await AskToSignInAsync();
        await IdentifyAsync(organization.CompanyCode);
        await SignInAtEntraAsync(user);
        await SeesSignedInAsync();
    }

    public Task SeesSignedInAsync() => Expect(Page.GetByText("You are signed in.")).ToBeVisibleAsync(new() { Timeout = 60_000 });

    public Task SeesHeadingAsync(string words) =>
        Expect(
                Page.GetByRole(
                    AriaRole.Heading,
                    new()
                    {
                        Name = words,
                        Exact = true,
                        Level = 1,
                    }
                )
            )
            .ToBeVisibleAsync(new() { Timeout = 60_000 });

    public Task<string> ClaimAsync(string name) => Page.Locator($"[data-claim='{name}']").InnerTextAsync();

    public ILocator Link(string words) => Page.GetByRole(AriaRole.Link, new() { Name = words, Exact = true });

    public ILocator Button(string words) => Page.GetByRole(AriaRole.Button, new() { Name = words, Exact = true });

    /// <summary>For a failure's message: the page that the person is looking at.</summary>
    public async Task<string> WhereAsync()
    {
        try
        {
            var text = await Page.Locator("body").InnerTextAsync(new() { Timeout = 2_000 });
            return $"{Page.Url}\n{text}\n{string.Join('\n', Complaints)}";
        }
        catch (Exception e) when (e is PlaywrightException or TimeoutException)
        {
            return $"{Page.Url} (no text)\n{string.Join('\n', Complaints)}";
        }
    }
}
