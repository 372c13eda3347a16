using Anteroom.BrowserTests.Rig;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.BrowserTests;

/// <summary>The first administrator in a browser with an authenticator: in a demo of its own, because whoever comes first closes every owner link.</summary>
public sealed class PasskeyTests(Sites sites)
{
    [
        Fact,
        Trait("Security", "SEC-004"),
        Trait("Security", "SEC-219"),
        Trait("Security", "SEC-225"),
        Trait("Security", "SEC-265"),
        Trait("Security", "SEC-266")
    ]
    public async Task The_owner_makes_a_passkey_walks_through_console_and_account_and_comes_back_with_it()
    {
        await using var demo = await RunningDemo.StartPlainAsync();
        await using var context = await sites.Browser.NewContextAsync(
            new()
            {
                ViewportSize = new() { Width = 1440, Height = 900 },
            }
        );
        context.SetDefaultTimeout(60_000);
        var page = await context.NewPageAsync();
        var visitor = new Visitor(sites, page);
        var authenticator = await AddAuthenticatorAsync(page);

        await page.GotoAsync(demo.Endpoints.OwnerLink);
        await page.LooksRightAsync();
        await page.GetByLabel("Your e-mail address").FillAsync("ada@operator.example");
        await page.GetByLabel("Your name").FillAsync("Ada Lovelace");
        await visitor.Button("Make a passkey and go to the console").ClickAsync();
        await page.WaitForURLAsync(url =>
            new Uri(url).AbsolutePath.StartsWith("/console", StringComparison.Ordinal) && !url.Contains("/owner")
        );

        await ConsoleTour.WalkAsync(visitor, demo.Endpoints.Server, _ => page.LooksRightAsync());

        await page.GotoAsync(demo.Endpoints.SampleApplication); // the session that the link began is one like any other
        await visitor.Link("Sign in").ClickAsync();
        await visitor.SeesSignedInAsync();
        Assert.Equal("platform", await visitor.ClaimAsync("org_slug"));
        await visitor.Button("Sign out").ClickAsync();
        await visitor.SeesHeadingAsync("You are signed out");

        await page.GotoAsync(demo.Endpoints.SampleApplication);
        await visitor.Link("Sign in").ClickAsync();
        await Expect(visitor.Button("Sign in with a passkey")).ToBeVisibleAsync();
        await page.LooksRightAsync();
        await authenticator.RefuseAsync(); // the person takes the finger away
        await visitor.Button("Sign in with a passkey").ClickAsync();
        await Expect(page.GetByText("That did not work.")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await authenticator.AcceptAsync();
        await visitor.Button("Sign in with a passkey").ClickAsync();
        await visitor.SeesSignedInAsync();
        Assert.Equal("Ada Lovelace", await visitor.ClaimAsync("name"));

        await AccountTour.WalkAsync(
            visitor,
            demo.Endpoints.Server,
            async story =>
            {
                await authenticator.LeaveAsync(); // it has one for this account already, and would say so first
                var spare = await AddAuthenticatorAsync(authenticator.Session, "usb");
                await story();
                await spare.RemoveAsync();
                await authenticator.ReturnAsync();
            },
            _ => page.LooksRightAsync()
        );
        Assert.Empty(visitor.Complaints);
    }

    private static async Task<VirtualAuthenticator> AddAuthenticatorAsync(IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        return await AddAuthenticatorAsync(session, "internal");
    }

    private static async Task<VirtualAuthenticator> AddAuthenticatorAsync(ICDPSession session, string transport)
    {
        var added = await session.SendAsync(
            "WebAuthn.addVirtualAuthenticator",
            new()
            {
                ["options"] = new Dictionary<string, object>
                {
                    ["protocol"] = "ctap2",
                    ["ctap2Version"] = "ctap2_1",
                    ["transport"] = transport,
                    ["hasResidentKey"] = true,
                    ["hasUserVerification"] = true,
                    ["isUserVerified"] = true,
                    ["automaticPresenceSimulation"] = true,
                },
            }
        );
        return new(session, added!.Value.GetProperty("authenticatorId").GetString()!);
    }

    private sealed record VirtualAuthenticator(ICDPSession Session, string Id)
    {
        public Task RefuseAsync() => VerifyAsync(false);

        public Task AcceptAsync() => VerifyAsync(true);

        public Task LeaveAsync() => TouchAsync(false);

        public Task ReturnAsync() => TouchAsync(true);

        public Task RemoveAsync() => Session.SendAsync("WebAuthn.removeVirtualAuthenticator", new() { ["authenticatorId"] = Id });

        private Task TouchAsync(bool enabled) =>
            Session.SendAsync("WebAuthn.setAutomaticPresenceSimulation", new() { ["authenticatorId"] = Id, ["enabled"] = enabled });

        private Task VerifyAsync(bool verified) =>
            Session.SendAsync("WebAuthn.setUserVerified", new() { ["authenticatorId"] = Id, ["isUserVerified"] = verified });
    }
}
