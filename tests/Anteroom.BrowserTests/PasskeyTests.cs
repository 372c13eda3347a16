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
        await using var first = await FirstOperator.ComeInAsync(sites, demo, look: visitor => visitor.Page.LooksRightAsync());
        var (visitor, page, authenticator) = (first.Visitor, first.Visitor.Page, first.Authenticator);

        await ConsoleTour.WalkAsync(visitor, demo, name => LookAsync(page, name));

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
                var spare = await authenticator.AddAnotherAsync("usb");
                await story();
                await spare.RemoveAsync();
                await authenticator.ReturnAsync();
            },
            name => LookAsync(page, name)
        );
        Assert.Empty(visitor.Complaints);
    }

    private static async Task LookAsync(IPage page, string name)
    {
        // A list weighs a kilobyte a row as it is; compressed it will be a tenth.
        await page.WeighsLittleAsync();
        await (ConsoleTour.IsPlainList(name) ? page.FitsOnTheWayAsync() : page.LooksRightOnTheWayAsync());
    }
}
