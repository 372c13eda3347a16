using System.Text.Json.Nodes;
using Anteroom.BrowserTests.Journeys;
using Anteroom.DevHost;
using Microsoft.Playwright;

namespace Anteroom.BrowserTests.Rig;

/// <summary>An administrator with an account of the server's own, who came in by a mailed link and has a passkey.</summary>
internal sealed class ConsolePerson : IAsyncDisposable
{
    private const string Password = "lantern quarry violet";

    private readonly IBrowserContext _context;
    private readonly string _server;
    private readonly string _organization;

    private ConsolePerson(IBrowserContext context, Visitor visitor, string server, string organization) =>
        (_context, Visitor, _server, _organization) = (context, visitor, server, organization);

    public Visitor Visitor { get; }

    /// <param name="organization">Its slug; <c>platform</c> for an operator.</param>
    public static async Task<ConsolePerson> ComeInAsync(Sites sites, string organization, string address, string displayName)
    {
        var ct = CancellationToken.None;
        await sites.PutAsync(
            $"/organizations/{organization}/sign-in-policy",
            new
            {
                showLocalForm = true,
                knownNamesRedirect = true,
                allowPasskeys = true,
                allowPasswords = true,
            }
        );
        var made = await sites.Api.PostAsync(
            $"/organizations/{organization}/users",
            new JsonObject
            {
                ["userName"] = address,
                ["displayName"] = displayName,
                ["email"] = address,
                ["role"] = "administrator",
            },
            ct
        );
        await sites.Api.PostAsync($"/organizations/{organization}/users/{JsonCalls.Text(made, "id")}/password-link", new JsonObject(), ct);

        var context = await sites.Browser.NewContextAsync(
            new()
            {
                ViewportSize = new() { Width = 1440, Height = 900 },
            }
        );
        context.SetDefaultTimeout(60_000);
        var visitor = new Visitor(sites.Endpoints, await context.NewPageAsync());
        await VirtualAuthenticator.AddAsync(visitor.Page);
        await Stage.FollowLinkAsync(visitor, sites.Endpoints.Mailbox, address, "Set your password");
        await Stage.SetPasswordAsync(visitor, Password);
        await visitor.Page.GotoAsync(sites.Endpoints.Server + "/account");
        await visitor.IdentifyAsync(address);
        await visitor.Page.GetByLabel("Password").FillAsync(Password);
        await visitor.Button("Sign in").ClickAsync();
        await visitor.SeesHeadingAsync("Your account");
        await visitor.Link("Ways to sign in").ClickAsync();
        await Stage.AddPasskeyAsync(visitor, displayName.Split(' ')[0] + "'s laptop");
        return new(context, visitor, sites.Endpoints.Server, organization);
    }

    /// <summary>Proves who they are and is at a page of the console.</summary>
    public async Task GoToAsync(string page)
    {
        await Visitor.Page.GotoAsync(
            $"{_server}/console/sign-in?fresh=yes&organization={_organization}&return={Uri.EscapeDataString(page)}"
        );
        await Visitor.Button("Sign in with a passkey").ClickAsync();
        await Visitor.Page.WaitForURLAsync(_server + page);
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();
}
