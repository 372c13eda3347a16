using System.Text.Json.Nodes;
using Anteroom.BrowserTests.Rig;
using Anteroom.DevHost;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.BrowserTests.Journeys;

/// <summary>A person of an organization that has no provider: the password comes by mail, and so does the way back.</summary>
[Collection(JourneyCollection.Name)]
public sealed class PasswordTests(OperatedDemo demo)
{
    private const string Address = "pia@orchard.example";
    private const string First = "copper saddle window";
    private const string Second = "thistle ferry mandolin";

    [Fact, Trait("Security", "SEC-226"), Trait("Security", "SEC-228"), Trait("Security", "SEC-229")]
    public Task A_password_is_set_by_a_mailed_link_forgotten_and_set_again() =>
        demo.TellAsync(async stage =>
        {
            var code = await FoundAsync();
            var (pia, _) = await stage.NewPersonAsync();
            var page = pia.Page;

            // The link leads to a page that says what is wrong with a password, and takes a good one.
            await stage.FollowLinkAsync(pia, Address, "Set your password for Orchard");
            await pia.SeesHeadingAsync("Set your password");
            await page.LooksRightAsync();
            await page.GetByLabel("New password").FillAsync("short");
            await pia.Button("Set the password").ClickAsync();
            await Expect(page.GetByText("This is too short.")).ToBeVisibleAsync();
            await page.LooksRightAsync();
            await page.GetByLabel("New password").FillAsync(First);
            await page.GetByLabel("The same once more").FillAsync(Second);
            await pia.Button("Set the password").ClickAsync();
            await Expect(page.GetByText("This is not the same as above.")).ToBeVisibleAsync();
            await page.LooksRightAsync();
            await Stage.SetPasswordAsync(pia, First);
            await page.LooksRightAsync();

            // With it she comes in, after a slip.
            await AskForPasswordAsync(pia, code, look: true);
            await AnswerAsync(pia, "another word entirely");
            await Expect(page.GetByText("The user name or the password is not right.")).ToBeVisibleAsync();
            await page.LooksRightAsync();
            await AnswerAsync(pia, First);
            await pia.SeesSignedInAsync();
            Assert.Equal("orchard", await pia.ClaimAsync("org_slug"));

            // Weeks later it is forgotten. The old one is worthless once there is a new one, and so is the session that it opened.
            await Stage.ForgetEverythingAsync(pia);
            await AskForPasswordAsync(pia, code, look: false);
            await pia.Link("Forgot your password?").ClickAsync();
            await pia.SeesHeadingAsync("Forgot your password?");
            await page.LooksRightAsync();
            await pia.Button("Send the link").ClickAsync();
            await pia.SeesHeadingAsync("Look into your mail");
            await page.LooksRightAsync();
            await stage.FollowLinkAsync(pia, Address, "A way back into your account");
            await Stage.SetPasswordAsync(pia, Second);
            await AskForPasswordAsync(pia, code, look: false);
            await AnswerAsync(pia, First);
            await Expect(page.GetByText("The user name or the password is not right.")).ToBeVisibleAsync();
            await AnswerAsync(pia, Second);
            await pia.SeesSignedInAsync();

            // In the account it is changed once more.
            await page.GotoAsync(stage.Server + "/account");
            await pia.Link("Ways to sign in").ClickAsync();
            await page.LooksRightAsync();
            await pia.Link("Change the password").ClickAsync();
            await pia.SeesHeadingAsync("New password");
            await page.LooksRightAsync();
            await page.GetByLabel("New password").FillAsync(First);
            await page.GetByLabel("The same once more").FillAsync(First);
            await pia.Button("Set the password").ClickAsync();
            await Expect(page.GetByText("The password is changed.")).ToBeVisibleAsync();
            await stage.GetsMailAsync(pia, Address, "Your password at Orchard was changed");
        });

    /// <summary>An organization, and somebody in it who was sent a link.</summary>
    /// <returns>Its company code.</returns>
    private async Task<string> FoundAsync()
    {
        var api = demo.Demo.Api;
        var made = await api.PostAsync(
            "/organizations",
            new JsonObject { ["slug"] = "orchard", ["name"] = "Orchard" },
            CancellationToken.None
        );
        await demo.AllowAsync("orchard", passwords: true);
        var user = await demo.AddUserAsync("orchard", Address, "Pia Apple", "member");
        await api.PostAsync($"/organizations/orchard/users/{user}/password-link", new JsonObject(), CancellationToken.None);
        return JsonCalls.Text(made, "companyCode");
    }

    private static async Task AskForPasswordAsync(Visitor visitor, string code, bool look)
    {
        await visitor.AskToSignInAsync();
        await visitor.IdentifyAsync(code);
        await visitor.SeesHeadingAsync("Sign in with a password");
        if (look)
            await visitor.Page.LooksRightAsync();
        await visitor.Page.GetByLabel("User name").FillAsync(Address);
        await visitor.Button("Next").ClickAsync();
        await visitor.SeesHeadingAsync("Enter your password");
        if (look)
            await visitor.Page.LooksRightAsync();
    }

    private static async Task AnswerAsync(Visitor visitor, string password)
    {
        await visitor.Page.GetByLabel("Password").FillAsync(password);
        await visitor.Button("Sign in").ClickAsync();
    }
}
