using System.Globalization;
using System.Text.Json.Nodes;
using Anteroom.BrowserTests.Rig;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.BrowserTests.Journeys;

/// <summary>"I could not get in yesterday": one person among many, and why.</summary>
[Collection(JourneyCollection.Name)]
public sealed class RefusalTests(OperatedDemo demo)
{
    private static readonly int People = Environment.GetEnvironmentVariable("ANTEROOM_TEST_SCALE") == "full" ? 3_000 : 300;

    [Fact]
    public Task An_administrator_finds_one_among_many_and_sees_why_they_were_refused() =>
        demo.TellAsync(async stage =>
        {
            var contoso = demo.Organization("contoso");
            var person = await demo.Demo.NewPersonAsync(contoso, "Noor Haddad");
            await FillAsync();
            var id = await demo.AddUserAsync("contoso", person.UserPrincipalName, "Noor Haddad", "member", person);
            await demo.Demo.Api.PostAsync(
                $"/organizations/contoso/users/{id}/deactivate",
                new JsonObject { ["reason"] = "On leave until June" },
                CancellationToken.None
            );

            // Noor is refused, and keeps the number that the page tells.
            var (noor, _) = await stage.NewPersonAsync();
            await noor.AskToSignInAsync();
            await noor.IdentifyAsync(contoso.CompanyCode);
            await noor.SignInAtEntraAsync(person);
            await noor.SeesHeadingAsync("Your account is blocked.");
            var number = await noor.Page.Locator("dl.quote div", new() { HasText = "Reference" }).Locator("code").InnerTextAsync();

            // Ada narrows the list, and looks at Noor beside it.
            var ada = await stage.AdaAtAsync("/console/organizations/contoso/users", enters: "Contoso");
            var page = ada.Page;
            await Expect(ada.Link("Next page")).ToBeVisibleAsync();
            await page.WeighsLittleAsync();
            await page.GetByLabel("Name or e-mail begins with").FillAsync("noor");
            await page.Locator("main").GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Search" }).ClickAsync();
            await Expect(page.Locator("main tbody tr")).ToHaveCountAsync(1);
            await ada.Link("Details of Noor Haddad").ClickAsync();
            var beside = page.Locator(".beside");
            await Expect(beside).ToContainTextAsync("Account blocked");
            await Expect(beside).ToContainTextAsync("Users > the person shows who set the block.");

            // The whole story: the block with its reason, the attempt with Noor's number, the cure, and the trail.
            await ada.Link("Everything about this person").ClickAsync();
            await ada.SeesHeadingAsync("Noor Haddad");
            await Expect(page.Locator("main")).ToContainTextAsync("On leave until June");
            var attempt = page.Locator("main tr", new() { HasText = number });
            await Expect(attempt).ToContainTextAsync("Refused");
            await attempt.Locator("summary", new() { HasText = "Account blocked" }).ClickAsync();
            await Expect(attempt.GetByText("To mend it:")).ToBeVisibleAsync();
            await ada.Link("All that is in the audit trail about this person").ClickAsync();
            await Expect(page.Locator("main tbody")).ToContainTextAsync("User blocked");
            await Expect(page.Locator("main tbody")).ToContainTextAsync("Sign-in refused");

            // Another way to the same page; then Noor may come in.
            await page.Keyboard.PressAsync("/");
            await page.Keyboard.TypeAsync("noor");
            await page.Keyboard.PressAsync("Enter");
            await page.Locator("main").GetByText("Noor Haddad").ClickAsync();
            await ada.Button("Let in again").ClickAsync();
            await Expect(page.GetByText("They may come in again.")).ToBeVisibleAsync();
            await noor.AskToSignInAsync();
            await noor.IdentifyAsync(contoso.CompanyCode);
            await noor.SeesSignedInAsync();
        });

    private Task FillAsync() =>
        Parallel.ForEachAsync(
            Enumerable.Range(0, People),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (number, _) =>
            {
                var name = number.ToString("D5", CultureInfo.InvariantCulture);
                await demo.AddUserAsync("contoso", $"person-{name}@contoso.example", $"Person {name}", "member");
            }
        );
}
