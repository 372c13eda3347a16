using Anteroom.BrowserTests.Rig;
using Anteroom.DevHost;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.BrowserTests.Journeys;

/// <summary>Somebody's only passkey is gone with the telephone that it was on (docs/guides/your-account.md).</summary>
[Collection(JourneyCollection.Name)]
public sealed class LostPasskeyTests(OperatedDemo demo)
{
    [Fact, Trait("Security", "SEC-036"), Trait("Security", "SEC-041"), Trait("Security", "SEC-225")]
    public Task The_provider_lets_the_person_in_who_removes_the_lost_passkey_and_adds_a_new_one() =>
        demo.TellAsync(async stage =>
        {
            await demo.AllowAsync("fabrikam", passkeys: true);
            var person = await demo.Demo.NewPersonAsync(demo.Organization("fabrikam"), "Lena Lost");
            var (lena, telephone) = await stage.NewPersonAsync();
            await OpenAccountAsync(stage, lena);
            await SignInAtProviderAsync(lena, person);
            await lena.Link("Ways to sign in").ClickAsync();
            await Stage.AddPasskeyAsync(lena, "Telephone");
            await Stage.ForgetEverythingAsync(lena);
            await OpenAccountAsync(stage, lena);
            await lena.Button("Sign in with a passkey").ClickAsync();
            await lena.SeesHeadingAsync("Your account");

            // The telephone is gone, and another one knows nothing.
            await telephone.AddAnotherAsync("usb");
            await telephone.RemoveAsync();
            await Stage.ForgetEverythingAsync(lena);
            await OpenAccountAsync(stage, lena);
            await lena.Button("Sign in with a passkey").ClickAsync();
            await Expect(lena.Page.GetByText("That did not work. Try again, or sign in another way.")).ToBeVisibleAsync();

            // The organization's provider still knows Lena. Whoever found the telephone is signed out with the passkey's removal.
            await SignInAtProviderAsync(lena, person);
            await lena.Link("Ways to sign in").ClickAsync();
            await lena.Link("Remove Telephone").ClickAsync();
            await lena.Button("Remove the passkey").ClickAsync();
            await lena.SeesHeadingAsync("The passkey is removed");
            await lena.Link("Sign in again").ClickAsync();
            await lena.Button("Sign in with Microsoft").ClickAsync();
            await lena.SeesHeadingAsync("Your account");
            await lena.Link("Ways to sign in").ClickAsync();
            await Stage.AddPasskeyAsync(lena, "New telephone");

            await Stage.ForgetEverythingAsync(lena);
            await OpenAccountAsync(stage, lena);
            await lena.Button("Sign in with a passkey").ClickAsync();
            await lena.SeesHeadingAsync("Your account");
            await stage.GetsMailAsync(lena, person.UserPrincipalName, "A passkey was removed from your account");
        });

    private static Task OpenAccountAsync(Stage stage, Visitor visitor) =>
        visitor.Page.GotoAsync(stage.Server + "/account?organization=fabrikam");

    private static async Task SignInAtProviderAsync(Visitor visitor, DemoUser person)
    {
        await visitor.Button("Sign in with Microsoft").ClickAsync();
        await visitor.SignInAtEntraAsync(person);
        await visitor.SeesHeadingAsync("Your account");
    }
}
