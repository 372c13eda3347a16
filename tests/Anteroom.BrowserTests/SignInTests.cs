using System.Text.Json.Nodes;
using Anteroom.BrowserTests.Rig;
using Anteroom.DevHost;
using Microsoft.Playwright;

namespace Anteroom.BrowserTests;

/// <summary>The first journey of design.md §4, in a browser, over three sites.</summary>
public sealed class SignInTests(Sites sites)
{
    // HEL-20, HEL-22, HEC-08: company code, provider, an account that did not exist.
    [Fact, Trait("Capability", "HEL-20"), Trait("Capability", "HEL-22"), Trait("Capability", "HEC-08")]
    public Task A_person_who_did_not_exist_arrives_in_the_application() =>
        sites.VisitAsync(async visitor =>
        {
            var person = await sites.NewPersonAsync(sites.Contoso, "Nadia Novak");
            await visitor.SignInAsync(sites.Contoso, person);

            Assert.Equal("Nadia Novak", await visitor.ClaimAsync("name"));
            Assert.Equal("contoso", await visitor.ClaimAsync("org_slug"));
            await visitor.Button("Call the API").ClickAsync();
            await Assertions.Expect(visitor.Page.Locator("#api-status")).ToContainTextAsync("200");

            var user = await FindUserAsync(person);
            Assert.Equal(await visitor.ClaimAsync("sub"), user["subject"]!.GetValue<string>());
            var identity = Assert.Single(user["externalIdentities"]!.AsArray())!;
            Assert.Equal(sites.Contoso.Connections[0].TenantId, identity["tenantId"]!.GetValue<string>());
            Assert.Equal(person.ObjectId, identity["objectId"]!.GetValue<string>());

            var actions = await AuditAsync(user["id"]!.GetValue<string>());
            Assert.Contains("user.created", actions);
            Assert.Contains("sign_in.succeeded", actions);
        });

    // style.md, design.md §7: the pages work without script.
    [Fact]
    public Task The_whole_way_works_without_script() =>
        sites.VisitAsync(
            async visitor =>
            {
                var person = await sites.NewPersonAsync(sites.Contoso, "Silas Still");
                await visitor.SignInAsync(sites.Contoso, person);
                Assert.Equal("Silas Still", await visitor.ClaimAsync("name"));

                await visitor.Button("Sign out").ClickAsync();
                await visitor.SeesHeadingAsync("You are signed out");
                Assert.StartsWith(sites.Endpoints.SampleApplication, visitor.Page.Url, StringComparison.Ordinal);
            },
            withScript: false
        );

    // design.md §6: cookies behave as in the world only when the three are three sites.
    [Fact]
    public Task The_three_are_three_sites() =>
        sites.VisitAsync(async visitor =>
        {
            var navigations = new List<IRequest>();
            visitor.Page.Request += (_, request) =>
            {
                if (request.IsNavigationRequest && request.Frame == visitor.Page.MainFrame)
                    navigations.Add(request);
            };
            await visitor.SignInAsync(sites.Contoso, await sites.NewPersonAsync(sites.Contoso, "Tove Three"));

            foreach (var origin in (string[])[sites.Endpoints.Server, sites.Endpoints.EmulatorHttps])
            {
                var arrival = navigations.First(request => request.Url.StartsWith(origin, StringComparison.Ordinal));
                Assert.Equal("cross-site", (await arrival.AllHeadersAsync())["sec-fetch-site"]);
            }
            var back = navigations.First(request => request.Url.Contains("/signin-oidc?", StringComparison.Ordinal));
            Assert.Equal("cross-site", (await back.AllHeadersAsync())["sec-fetch-site"]);
        });

    // design.md §7: keyboard-complete. Whoever cannot use a pointer gets in as well.
    [Fact]
    public Task The_keyboard_alone_is_enough() =>
        sites.VisitAsync(async visitor =>
        {
            var (page, person) = (visitor.Page, await sites.NewPersonAsync(sites.Contoso, "Kay Board"));
            await visitor.OpenApplicationAsync();
            await PressUntilFocusedAsync(page, "Sign in");
            await page.Keyboard.PressAsync("Enter");

            await visitor.SeesHeadingAsync("Sign in");
            await TypeIntoFocusedAsync(page, "identifier", sites.Contoso.CompanyCode);
            await page.Keyboard.PressAsync("Enter");

            await page.GetByLabel("Email or user name").WaitForAsync();
            await TypeIntoFocusedAsync(page, "loginfmt", person.UserPrincipalName);
            await page.Keyboard.PressAsync("Enter");

            await page.GetByLabel("Password").WaitForAsync();
            await TypeIntoFocusedAsync(page, "passwd", person.Password);
            await page.Keyboard.PressAsync("Enter");

            await visitor.SeesHeadingAsync("Stay signed in?");
            await PressUntilFocusedAsync(page, "No");
            await page.Keyboard.PressAsync("Enter");

            await visitor.SeesSignedInAsync();
            await PressUntilFocusedAsync(page, "Sign out");
        });

    // design.md §7: a sign-in page weighs less than 60 KB on the wire.
    [Fact]
    public Task The_sign_in_page_is_light() =>
        sites.VisitAsync(async visitor =>
        {
            var loaded = new List<IRequest>();
            visitor.Page.RequestFinished += (_, request) =>
            {
                if (request.Url.StartsWith(sites.Endpoints.Server, StringComparison.Ordinal))
                    loaded.Add(request);
            };
            await visitor.AskToSignInAsync();
            await visitor.SeesHeadingAsync("Sign in");
            await visitor.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);

            var bytes = 0;
            foreach (var request in loaded)
            {
                var sizes = await request.SizesAsync();
                bytes += sizes.ResponseBodySize + sizes.ResponseHeadersSize;
            }
            Assert.Contains(loaded, request => request.ResourceType == "stylesheet");
            Assert.InRange(bytes, 1_000, 60 * 1024);
        });

    // HEL-26: an entry that nobody knows is told on the same page, and does not say whether a person exists.
    [Fact, Trait("Capability", "HEL-26")]
    public Task An_unknown_entry_is_told_where_it_was_typed() =>
        sites.VisitAsync(async visitor =>
        {
            await visitor.AskToSignInAsync();
            await visitor.IdentifyAsync("no-such-company");
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("No sign-in page is found");
            Assert.Equal("no-such-company", await visitor.Page.Locator("#identifier").InputValueAsync());
            await visitor.IdentifyAsync(sites.Contoso.CompanyCode);
            await visitor.Page.GetByLabel("Email or user name").WaitForAsync();
        });

    private async Task<JsonNode> FindUserAsync(DemoUser person)
    {
        var path = $"/organizations/contoso/users?search={Uri.EscapeDataString(person.UserPrincipalName)}";
        var found = await sites.Api.FindAsync(path, CancellationToken.None);
        return Assert.Single(found!["items"]!.AsArray())!;
    }

    private async Task<List<string>> AuditAsync(string user)
    {
        var page = await sites.Api.FindAsync($"/organizations/contoso/audit?user={user}", CancellationToken.None);
        return [.. page!["items"]!.AsArray().Select(item => item!["action"]!.GetValue<string>())];
    }

    private static async Task TypeIntoFocusedAsync(IPage page, string id, string text)
    {
        await Assertions.Expect(page.Locator($"#{id}")).ToBeFocusedAsync(); // by itself, a moment after it is seen
        await page.Keyboard.TypeAsync(text);
    }

    private static async Task PressUntilFocusedAsync(IPage page, string words)
    {
        for (var press = 0; press < 20; press++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<string?>("document.activeElement?.textContent?.trim()") != words)
                continue;
            var outline = await page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle");
            Assert.NotEqual("none", outline);
            return;
        }
        Assert.Fail($"Tab does not reach '{words}' on {page.Url}.");
    }
}
