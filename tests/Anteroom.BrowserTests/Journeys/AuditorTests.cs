using Anteroom.DevHost;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.BrowserTests.Journeys;

/// <summary>An auditor reads everything and changes nothing, whatever the browser is made to send.</summary>
[Collection(JourneyCollection.Name)]
public sealed class AuditorTests(OperatedDemo demo)
{
    private const string Room = "/console/organizations/fabrikam";

    /// <summary>Addresses of pages that change something.</summary>
    private static readonly string[] Changing = ["/new", "/edit", "/delete", "/deactivate", "/disable"];

    [Fact, Trait("Security", "SEC-261"), Trait("Security", "SEC-262")]
    public Task An_auditor_is_offered_no_change_and_may_make_none() =>
        demo.TellAsync(async stage =>
        {
            await demo.AllowAsync("fabrikam", passkeys: true);
            var fabrikam = demo.Organization("fabrikam");
            var person = await demo.Demo.NewPersonAsync(fabrikam, "Otis Reader");
            await demo.AddUserAsync("fabrikam", person.UserPrincipalName, "Otis Reader", "auditor", person);
            var member = await demo.AddUserAsync("fabrikam", "mona@fabrikam.example", "Mona Member", "member");
            var (otis, _) = await stage.NewPersonAsync();
            var page = otis.Page;
            await page.GotoAsync(stage.Server + "/account?organization=fabrikam");
            await otis.Button("Sign in with Microsoft").ClickAsync();
            await otis.SignInAtEntraAsync(person);
            await otis.Link("Ways to sign in").ClickAsync();
            await Stage.AddPasskeyAsync(otis, "Otis's key");
            await page.GotoAsync(stage.Server + "/account/fabrikam/sessions/everywhere");
            var token = await page.Locator("main form input[type=hidden]")
                .First.EvaluateAsync<string[]>("field => [field.name, field.value]");
            await page.GotoAsync($"{stage.Server}/console/sign-in?fresh=yes&organization=fabrikam");
            await otis.Button("Sign in with a passkey").ClickAsync();
            await Expect(page.Locator("#menu")).ToBeVisibleAsync();

            // Every page that the navigation offers, and one of each thing that has a page.
            var pages = (await page.Locator("#menu li a").EvaluateAllAsync<string[]>("links => links.map(link => link.href)")).ToList();
            Assert.InRange(pages.Count, 10, 30);
            pages.Add($"{stage.Server}{Room}/users/{member}");
            pages.Add($"{stage.Server}{Room}/connections/{fabrikam.Connections[0].Id}");
            foreach (var address in pages)
            {
                var answer = await page.GotoAsync(address);
                Assert.True(answer!.Status == 200, $"{address} was answered with {answer.Status}.");
                Assert.True(
                    await page.Locator("main form[method=post] button:not([type=button])").CountAsync() == 0,
                    $"{address} has a button."
                );
                var links = await page.Locator("main a")
                    .EvaluateAllAsync<string[]>("links => links.map(link => new URL(link.href).pathname)");
                Assert.DoesNotContain(links, link => Changing.Any(word => link.EndsWith(word, StringComparison.Ordinal)));
            }

            // A page of changes is not opened, and a form that no page showed is refused, though it carries a token of this browser.
            await page.GotoAsync($"{stage.Server}{Room}/users/{member}/deactivate");
            await Expect(page.GetByText("forbidden")).ToBeVisibleAsync();
            foreach (
                var form in (string[])
                    [$"users/{member}/deactivate", $"users/{member}/delete", "users/new", "settings", "protection", "roles/new"]
            )
            {
                await page.GotoAsync(stage.Server + Room);
                await page.EvaluateAsync(
                    """
                    ([address, name, value]) => {
                      const form = document.createElement("form");
                      form.method = "post";
                      form.action = address;
                      const field = document.createElement("input");
                      [field.name, field.value] = [name, value];
                      form.append(field);
                      document.body.append(form);
                      form.submit();
                    }
                    """,
                    new[] { $"{Room}/{form}", token[0], token[1] }
                );
                await Expect(page.GetByText("forbidden")).ToBeVisibleAsync();
            }
            var untouched = await demo.Demo.Api.FindAsync($"/organizations/fabrikam/users/{member}", CancellationToken.None);
            Assert.Equal("active", JsonCalls.Text(untouched!, "state"));
            var trail = await demo.Demo.Api.FindAsync("/organizations/fabrikam/audit?action=console.refused", CancellationToken.None);
            Assert.InRange(trail!["items"]!.AsArray().Count, 7, 100);
        });
}
