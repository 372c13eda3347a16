using System.Diagnostics;
using Anteroom.BrowserTests.Rig;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.BrowserTests.Journeys;

/// <summary>Who takes part in a journey, each with a browser and an authenticator of their own.</summary>
internal sealed class Stage(OperatedDemo demo, IBrowser browser) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<(IBrowserContext Context, Visitor Visitor)> _people = [];

    public string Server => demo.Endpoints.Server;

    public IEnumerable<string> Complaints => _people.SelectMany(person => person.Visitor.Complaints).Concat(demo.Ada.Complaints);

    public async Task<(Visitor Visitor, VirtualAuthenticator Authenticator)> NewPersonAsync()
    {
        var context = await browser.NewContextAsync(
            new()
            {
                ViewportSize = new() { Width = 1440, Height = 900 },
            }
        );
        context.SetDefaultTimeout(60_000);
        var visitor = new Visitor(demo.Endpoints, await context.NewPageAsync());
        _people.Add((context, visitor));
        return (visitor, await VirtualAuthenticator.AddAsync(visitor.Page));
    }

    /// <summary>Ada proves that it is she, and is at a page of the console; in the rooms of an organization she enters first.</summary>
    public async Task<Visitor> AdaAtAsync(string page, string? enters = null)
    {
        var ada = demo.Ada;
        await ada.Page.GotoAsync($"{Server}/console/sign-in?fresh=yes&return={Uri.EscapeDataString(page)}");
        await ada.Button("Sign in with a passkey").ClickAsync();
        await ada.Page.WaitForURLAsync(address => address == Server + page);
        if (enters is not null && await ada.Button($"Enter {enters}").CountAsync() > 0)
        {
            await ada.Button($"Enter {enters}").ClickAsync();
            await Expect(ada.Page.GetByText($"You are inside {enters} as an operator.")).ToBeVisibleAsync();
        }
        return ada;
    }

    /// <summary>Opens the newest mail to somebody in the mailbox, and its link.</summary>
    public Task FollowLinkAsync(Visitor visitor, string to, string subject) =>
        FollowLinkAsync(visitor, demo.Endpoints.Mailbox, to, subject);

    public static async Task FollowLinkAsync(Visitor visitor, string mailbox, string to, string subject)
    {
        var page = visitor.Page;
        var mail = page.Locator("li a", new() { HasText = to }).Filter(new() { HasText = subject }).First;
        await AgainUntilAsync(page, () => page.GotoAsync(mailbox), mail);
        await mail.ClickAsync();
        await page.Locator("pre a").First.ClickAsync();
    }

    /// <summary>A mail to somebody is there.</summary>
    public Task GetsMailAsync(Visitor visitor, string to, string subject) =>
        AgainUntilAsync(
            visitor.Page,
            () => visitor.Page.GotoAsync(demo.Endpoints.Mailbox),
            visitor.Page.Locator("li a", new() { HasText = to }).Filter(new() { HasText = subject }).First
        );

    /// <summary>Looks again and again until something is there: what the server does in the background has no moment of its own.</summary>
    public static async Task AgainUntilAsync(IPage page, Func<Task> look, ILocator wanted)
    {
        for (var begun = Stopwatch.GetTimestamp(); ; )
        {
            await look();
            if (await wanted.IsVisibleAsync())
                return;
            Assert.True(Stopwatch.GetElapsedTime(begun) < Patience, $"{wanted} did not come at {page.Url}.");
        }
    }

    /// <summary>By the link of a mail.</summary>
    public static async Task SetPasswordAsync(Visitor visitor, string password)
    {
        await visitor.SeesHeadingAsync("Set your password");
        await visitor.Page.GetByLabel("New password").FillAsync(password);
        await visitor.Page.GetByLabel("The same once more").FillAsync(password);
        await visitor.Button("Set the password").ClickAsync();
        await visitor.SeesHeadingAsync("Your password is set");
    }

    /// <summary>From the page "Ways to sign in", or any that leads to the question for the passkey's name.</summary>
    public static async Task AddPasskeyAsync(Visitor visitor, string name)
    {
        await visitor.Link("Add a passkey").ClickAsync();
        await visitor.Page.GetByLabel("Name of the passkey").FillAsync(name);
        await visitor.Button("Add a passkey").ClickAsync();
        await Expect(visitor.Page.GetByText("The passkey was added.")).ToBeVisibleAsync();
    }

    /// <summary>Another browser for the same person: it knows nobody.</summary>
    public static Task ForgetEverythingAsync(Visitor visitor) => visitor.Page.Context.ClearCookiesAsync();

    public async Task<string> WhereAsync()
    {
        List<string> places = [$"--- Ada: {await demo.Ada.WhereAsync()}"];
        foreach (var (_, visitor) in _people)
            places.Add($"--- {await visitor.WhereAsync()}");
        return string.Join('\n', places);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (context, _) in _people)
            await context.DisposeAsync();
    }
}
