using static Microsoft.Playwright.Assertions;

namespace Anteroom.BrowserTests.Journeys;

/// <summary>The platform goes from one operator's hands into another's.</summary>
[Collection(JourneyCollection.Name)]
public sealed class HandOverTests(OperatedDemo demo)
{
    private const string Address = "grace@operator.example";
    private const string Password = "lantern quarry violet";

    [
        Fact,
        Trait("Security", "SEC-036"),
        Trait("Security", "SEC-225"),
        Trait("Security", "SEC-228"),
        Trait("Security", "SEC-264"),
        Trait("Security", "SEC-265")
    ]
    public Task A_second_operator_comes_in_with_a_passkey_and_the_first_is_refused_at_once() =>
        demo.TellAsync(async stage =>
        {
            // Ada makes an account for Grace. A link by mail needs a password to lead to, so the platform allows them.
            var ada = await stage.AdaAtAsync("/console/organizations/platform/protection");
            await ada.Page.GetByLabel("Passwords of this server").CheckAsync();
            await ada.Button("Save").ClickAsync();
            await Expect(ada.Page.GetByText("Saved.")).ToBeVisibleAsync();
            await ada.Link("Operators").ClickAsync();
            await ada.Link("New user").ClickAsync();
            await ada.Page.GetByLabel("User name").FillAsync(Address);
            await ada.Page.GetByLabel("Display name").FillAsync("Grace Hopper");
            await ada.Page.GetByLabel("E-mail").FillAsync(Address);
            await ada.Page.GetByLabel("Role").SelectOptionAsync("administrator");
            await ada.Button("Create user").ClickAsync();
            await ada.SeesHeadingAsync("Grace Hopper");
            await ada.Button("Send a link to set a password").ClickAsync();
            await Expect(ada.Page.GetByText("A link to set a password is on its way by mail.")).ToBeVisibleAsync();

            // Grace sets a password, and signs in with it. That opens her account, and not the console.
            var (grace, _) = await stage.NewPersonAsync();
            await stage.FollowLinkAsync(grace, Address, "Set your password");
            await Stage.SetPasswordAsync(grace, Password);
            await grace.Page.GotoAsync(stage.Server + "/console");
            await grace.IdentifyAsync(Address);
            await grace.Page.GetByLabel("Password").FillAsync(Password);
            await grace.Button("Sign in").ClickAsync();
            await Expect(grace.Page.GetByText("console_second_factor_required")).ToBeVisibleAsync();

            // In the account she adds a passkey; with it she comes in.
            await grace.Page.GotoAsync(stage.Server + "/account");
            await grace.SeesHeadingAsync("Your account");
            await grace.Link("Ways to sign in").ClickAsync();
            await Stage.AddPasskeyAsync(grace, "Grace's laptop");
            await grace.Page.GotoAsync(stage.Server + "/console");
            await grace.Link("Try again").ClickAsync();
            await grace.Button("Sign in with a passkey").ClickAsync();
            await grace.SeesHeadingAsync("Organizations");

            // She takes Ada out, whose next click leads to the sign-in, and whose passkey opens nothing.
            await grace.Link("Operators").ClickAsync();
            await grace.Link("Ada Lovelace").ClickAsync();
            await grace.Link("Deactivate").ClickAsync();
            await grace.Page.GetByLabel("Reason").FillAsync("Has handed over");
            await grace.Button("Deactivate").ClickAsync();
            await Expect(grace.Page.GetByText("Deactivated. Sessions and tokens have ended.")).ToBeVisibleAsync();
            await ada.Link("Organizations").ClickAsync();
            await ada.SeesHeadingAsync("Sign in");
            await ada.Button("Sign in with a passkey").ClickAsync();
            await ada.SeesHeadingAsync("Your account is blocked.");

            // Ada comes back for the other journeys.
            await grace.Button("Let in again").ClickAsync();
            await Expect(grace.Page.GetByText("They may come in again.")).ToBeVisibleAsync();
        });
}
