using System.Text.Json.Nodes;
using Anteroom.BrowserTests.Journeys;
using Anteroom.DevHost;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.BrowserTests.Rig;

/// <summary>An operator of the shared demo who came in by a mailed link and has a passkey: whoever follows a guide in the console.</summary>
internal sealed class ConsoleOperator : IAsyncDisposable
{
    private const string Address = "olive@operator.example";
    private const string Password = "lantern quarry violet";

    private readonly IBrowserContext _context;
    private readonly string _server;

    private ConsoleOperator(IBrowserContext context, Visitor visitor, string server) =>
        (_context, Visitor, _server) = (context, visitor, server);

    public Visitor Visitor { get; }

    public static async Task<ConsoleOperator> ComeInAsync(Sites sites)
    {
        var ct = CancellationToken.None;
        await sites.PutAsync(
            "/organizations/platform/sign-in-policy",
            new
            {
                showLocalForm = true,
                knownNamesRedirect = true,
                allowPasskeys = true,
                allowPasswords = true,
            }
        );
        var made = await sites.Api.PostAsync(
            "/organizations/platform/users",
            new JsonObject
            {
                ["userName"] = Address,
                ["displayName"] = "Olive Operator",
                ["email"] = Address,
                ["role"] = "administrator",
            },
            ct
        );
        await sites.Api.PostAsync($"/organizations/platform/users/{JsonCalls.Text(made, "id")}/password-link", new JsonObject(), ct);

        var context = await sites.Browser.NewContextAsync(
            new()
            {
                ViewportSize = new() { Width = 1440, Height = 900 },
            }
        );
        context.SetDefaultTimeout(30_000);
        var visitor = new Visitor(sites.Endpoints, await context.NewPageAsync());
        await VirtualAuthenticator.AddAsync(visitor.Page);
        await Stage.FollowLinkAsync(visitor, sites.Endpoints.Mailbox, Address, "Set your password");
        await Stage.SetPasswordAsync(visitor, Password);
        await visitor.Page.GotoAsync(sites.Endpoints.Server + "/account");
        await visitor.IdentifyAsync(Address);
        await visitor.Page.GetByLabel("Password").FillAsync(Password);
        await visitor.Button("Sign in").ClickAsync();
        await visitor.SeesHeadingAsync("Your account");
        await visitor.Link("Ways to sign in").ClickAsync();
        await Stage.AddPasskeyAsync(visitor, "Olive's laptop");
        return new(context, visitor, sites.Endpoints.Server);
    }

    /// <summary>Proves who they are and enters the rooms of an organization.</summary>
    public async Task EnterAsync(string slug, string name)
    {
        var room = $"/console/organizations/{slug}";
        await Visitor.Page.GotoAsync($"{_server}/console/sign-in?fresh=yes&return={Uri.EscapeDataString(room)}");
        await Visitor.Button("Sign in with a passkey").ClickAsync();
        await Visitor.Page.WaitForURLAsync(_server + room);
        if (await Visitor.Button($"Enter {name}").CountAsync() > 0) // else they have not left since
            await Visitor.Button($"Enter {name}").ClickAsync();
        await Expect(Visitor.Page.GetByText($"You are inside {name} as an operator.")).ToBeVisibleAsync();
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();
}
