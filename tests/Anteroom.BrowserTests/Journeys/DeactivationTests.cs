using static Microsoft.Playwright.Assertions;

namespace Anteroom.BrowserTests.Journeys;

/// <summary>Somebody leaves: everything that they had open closes.</summary>
[Collection(JourneyCollection.Name)]
public sealed class DeactivationTests(OperatedDemo demo)
{
    [Fact, Trait("Security", "SEC-036")]
    public Task Deactivating_somebody_ends_the_session_here_and_at_the_application() =>
        demo.TellAsync(async stage =>
        {
            var contoso = demo.Organization("contoso");
            var person = await demo.Demo.NewPersonAsync(contoso, "Remy Leaving");
            var (remy, _) = await stage.NewPersonAsync();
            await remy.SignInAsync(contoso, person);
            await remy.Page.GotoAsync(stage.Server + "/account");
            await remy.SeesHeadingAsync("Your account");

            var ada = await stage.AdaAtAsync("/console/organizations/contoso/users?search=remy", enters: "Contoso");
            await ada.Link("Remy Leaving").ClickAsync();
            await ada.Link("Deactivate").ClickAsync();
            await Expect(ada.Page.GetByText("Sessions that end now: 1.")).ToBeVisibleAsync();
            await ada.Page.GetByLabel("Reason").FillAsync("Left the company");
            await ada.Button("Deactivate").ClickAsync();
            await Expect(ada.Page.GetByText("Deactivated. Sessions and tokens have ended.")).ToBeVisibleAsync();
            await Expect(ada.Page.GetByText("Signed in nowhere.")).ToBeVisibleAsync();

            await remy.Link("Profile").ClickAsync(); // our own pages at the next click
            await Expect(remy.Page.GetByText("Signed in as")).Not.ToBeVisibleAsync();
            await Stage.AgainUntilAsync(remy.Page, remy.OpenApplicationAsync, remy.Link("Sign in")); // the application as soon as it is told
            await remy.Link("Sign in").ClickAsync();
            await remy.IdentifyAsync(contoso.CompanyCode); // Entra still knows Remy, and asks nothing
            await remy.SeesHeadingAsync("Your account is blocked.");
        });
}
