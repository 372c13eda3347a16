using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Anteroom.BrowserTests.Rig;
using Anteroom.DevHost;
using Microsoft.Playwright;

namespace Anteroom.BrowserTests;

/// <summary>Every page that a person can meet: axe finds nothing in light and dark, no policy is broken, 390 and 1440 px suffice (design.md §7).</summary>
public sealed partial class PageTests(Sites sites)
{
    [Fact]
    public Task The_way_in() =>
        sites.VisitAsync(async visitor =>
        {
            var (page, person) = (visitor.Page, await sites.NewPersonAsync(sites.Contoso, "Ida In"));
            await visitor.OpenApplicationAsync();
            await page.LooksRightAsync();
            await visitor.AskToSignInAsync();
            await visitor.SeesHeadingAsync("Sign in");
            await page.LooksRightAsync();
            await visitor.IdentifyAsync("no-such-company");
            await page.GetByRole(AriaRole.Alert).WaitForAsync();
            await page.LooksRightAsync();

            await visitor.IdentifyAsync(sites.Contoso.CompanyCode);
            await page.GetByLabel("Email or user name").WaitForAsync();
            await page.LooksRightAsync();
            await visitor.EnterUserNameAsync(person with { UserPrincipalName = "nobody@contoso.example" });
            await page.GetByRole(AriaRole.Alert).WaitForAsync();
            await page.LooksRightAsync();
            await visitor.EnterUserNameAsync(person);
            await page.GetByLabel("Password").WaitForAsync();
            await page.LooksRightAsync();
            await visitor.EnterPasswordAsync(person with { Password = "wrong" });
            await page.GetByRole(AriaRole.Alert).WaitForAsync();
            await page.LooksRightAsync();
            await visitor.EnterPasswordAsync(person);
            await visitor.SeesHeadingAsync("Stay signed in?");
            await page.LooksRightAsync();
            await visitor.DoNotStaySignedInAsync();

            await visitor.SeesSignedInAsync();
            await visitor.Button("Call the API").ClickAsync();
            await page.Locator("#api-status").WaitForAsync();
            await page.LooksRightAsync();
        });

    [Fact]
    public Task The_way_out() =>
        sites.VisitAsync(async visitor =>
        {
            var page = visitor.Page;
            await visitor.SignInAsync(sites.Contoso, await sites.NewPersonAsync(sites.Contoso, "Otto Out"));

            await page.GotoAsync($"{sites.Endpoints.Server}/connect/endsession"); // nobody vouches for this request
            await visitor.SeesHeadingAsync("Sign out?");
            await page.LooksRightAsync();
            await page.GotoAsync($"{sites.Endpoints.EmulatorHttps}/{sites.Contoso.Connections[0].TenantId}/oauth2/v2.0/logout");
            await visitor.SeesHeadingAsync("Pick an account to sign out");
            await page.LooksRightAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Otto Out" }).ClickAsync();
            await visitor.SeesHeadingAsync("You signed out of your account");
            await page.LooksRightAsync();

            await page.GotoAsync($"{sites.Endpoints.Server}/connect/endsession");
            await visitor.SeesHeadingAsync("You are signed out");
            await page.LooksRightAsync();
            await page.GotoAsync($"{sites.Endpoints.SampleApplication}/signed-out");
            await visitor.SeesHeadingAsync("You are signed out");
            await page.LooksRightAsync();
        });

    [Fact]
    public Task A_choice_of_accounts() =>
        sites.VisitAsync(async visitor =>
        {
            var page = visitor.Page;
            await visitor.SignInAsync(sites.Contoso, await sites.NewPersonAsync(sites.Contoso, "Cora Contoso"));
            await ForgetApplicationAsync(page);
            var address = await AuthorizeAddressAsync(visitor, "&prompt=select_account");
            await page.GotoAsync(address);
            await visitor.SeesHeadingAsync("Choose an account");
            await page.LooksRightAsync();
            await visitor.Button("Use another account").ClickAsync();
            await visitor.IdentifyAsync(sites.Fabrikam.CompanyCode);
            // Entra still knows the first account and offers it.
            await visitor.SeesHeadingAsync("Pick an account");
            await page.LooksRightAsync();
        });

    [Fact]
    public Task Problems() =>
        sites.VisitAsync(async visitor =>
        {
            var page = visitor.Page;
            await page.GotoAsync($"{sites.Endpoints.Server}/sign-in?t=nothing");
            await page.GetByText("What to do now").WaitForAsync();
            await page.LooksRightAsync();
            await page.GotoAsync($"{sites.Endpoints.Server}/no/such/page");
            await visitor.SeesHeadingAsync("There is nothing here");
            await page.LooksRightAsync();

            var tenant = sites.Contoso.Connections[0].TenantId;
            var request =
                $"/{tenant}/oauth2/v2.0/authorize?client_id=6f0c2b1e-1111-4000-8000-1a2b3c4d5e6f&response_type=code&scope=openid&redirect_uri=https://a.test/b";
            await page.GotoAsync(sites.Endpoints.EmulatorHttps + request);
            await page.GetByText("AADSTS700016").First.WaitForAsync();
            await page.LooksRightAsync();

            await page.GotoAsync($"{sites.Endpoints.SampleApplication}/signin-oidc?state=nothing&code=nothing");
            await visitor.SeesHeadingAsync("Sign-in did not work");
            await page.LooksRightAsync();
        });

    [Fact]
    public Task A_choice_of_connections() =>
        sites.VisitAsync(async visitor =>
        {
            var twoWays = await BrokenSecretAsync(sites, "twoways", "Two Ways");
            var tenant = sites.Endpoints.Tenants.First(tenant => tenant.TenantId == sites.Contoso.Connections[0].TenantId);
            var application = await sites.Control.CreateApplicationAsync(tenant, "Two Ways staff", CancellationToken.None);
            var second = await sites.ConnectAsync(
                twoWays.Slug,
                "Contoso staff, with a name that is rather long for one line of a telephone",
                tenant.TenantId,
                application.ClientId,
                application.ClientSecret
            );
            await sites.ActivateAsync(twoWays with { ConnectionId = JsonCalls.Text(second, "id") });

            await visitor.AskToSignInAsync();
            await visitor.IdentifyAsync(twoWays.CompanyCode);
            await visitor.SeesHeadingAsync("How do you want to sign in?");
            await visitor.Page.LooksRightAsync();
        });

    [Fact] // RFC 8628 §3.3
    public Task A_device_is_let_in() =>
        sites.VisitAsync(async visitor =>
        {
            const string type = "urn:ietf:params:oauth:grant-type:device_code";
            var page = visitor.Page;
            var application = await sites.Api.PostAsync(
                "/applications",
                new JsonObject
                {
                    ["name"] = "Depot display, with a name that is rather long for one line of a telephone",
                    ["protocol"] = "oidc",
                    ["clientKind"] = "native",
                    ["grantTypes"] = new JsonArray(type),
                    ["redirectUris"] = new JsonArray(),
                },
                CancellationToken.None
            );
            using var form = new FormUrlEncodedContent([new("client_id", JsonCalls.Text(application, "clientId")), new("scope", "openid")]);
            using var asked = await sites.Demo.Http.PostAsync($"{sites.Endpoints.Server}/connect/device", form);
            var codes = JsonNode.Parse(await asked.Content.ReadAsStringAsync())!;

            await page.GotoAsync(JsonCalls.Text(codes, "verification_uri"));
            await visitor.SeesHeadingAsync("Sign in on a device");
            await page.LooksRightAsync();
            await page.GetByLabel("Code").FillAsync("bbbb bbbb");
            await visitor.Button("Next").ClickAsync();
            await page.GetByRole(AriaRole.Alert).WaitForAsync();
            await page.LooksRightAsync();

            await page.GotoAsync(JsonCalls.Text(codes, "verification_uri_complete"));
            await visitor.Button("Next").ClickAsync();
            await visitor.IdentifyAsync(sites.Contoso.CompanyCode);
            await visitor.SignInAtEntraAsync(await sites.NewPersonAsync(sites.Contoso, "Dora Device"));
            await page.GetByText("in front of you").First.WaitForAsync();
            await page.LooksRightAsync();
            await visitor.Button("Yes, sign in the device").ClickAsync();
            await page.GetByText("The device goes on by itself").WaitForAsync();
            await page.LooksRightAsync();
        });

    [Fact] // OAuth 2.0 Form Post Response Mode §2: what a person sees where the script does not run
    public Task The_answer_by_form() =>
        sites.VisitAsync(async visitor =>
        {
            var page = visitor.Page;
            await visitor.SignInAsync(sites.Contoso, await sites.NewPersonAsync(sites.Contoso, "Pia Post"));
            await ForgetApplicationAsync(page);
            var address = await AuthorizeAddressAsync(visitor, "&response_mode=form_post");
            await page.RouteAsync("**/anteroom/submit.*.js", route => route.AbortAsync());
            await page.GotoAsync(address);
            await visitor.Button("Continue").WaitForAsync();
            await page.LooksRightAsync();
        });

    [Fact]
    [Trait("Security", "SEC-266")]
    public Task The_owners_first_key() =>
        sites.VisitAsync(async visitor =>
        {
            var page = visitor.Page;
            await page.GotoAsync(sites.Endpoints.OwnerLink);
            await page.LooksRightAsync();
            await visitor.Button("Make the key").ClickAsync();
            await page.GetByText("curl").First.WaitForAsync();
            await page.LooksRightAsync();

            await page.GotoAsync(sites.Endpoints.OwnerLink); // opened a second time it shows nothing
            await page.GetByText("What to do now").WaitForAsync();
            await page.LooksRightAsync();
        });

    // HEC-27: the page names the cause and the cure, with a reference.
    [Fact, Trait("Capability", "HEC-27")]
    public Task The_secret_ID_in_place_of_its_value_is_named_on_the_page() =>
        sites.VisitAsync(async visitor =>
        {
            var broken = await BrokenSecretAsync(sites, "harbor", "Harbor Works");
            var person = await sites.NewPersonAsync(sites.Contoso, "Wanda Wrong");
            await visitor.AskToSignInAsync();
            await visitor.IdentifyAsync(broken.CompanyCode);
            await visitor.SignInAtEntraAsync(person);

            await visitor.Page.GetByText("What to do now").WaitForAsync();
            Assert.StartsWith(sites.Endpoints.Server, visitor.Page.Url, StringComparison.Ordinal);
            await visitor.Page.GetByText("For administrators").ClickAsync();
            await Assertions.Expect(visitor.Page.Locator("details.administrators")).ToContainTextAsync("AADSTS7000215");
            await visitor.Page.LooksRightAsync();
        });

    [Fact]
    public Task The_portal() =>
        sites.VisitAsync(async visitor =>
        {
            var page = visitor.Page;
            var connection = sites.Contoso.Connections[0];
            var root = $"{sites.Endpoints.EmulatorPortal}/{connection.TenantId}";
            string[] addresses =
            [
                sites.Endpoints.EmulatorPortal,
                $"{root}/users",
                $"{root}/users/new",
                $"{root}/users/{sites.Endpoints.Tenants[0].Users[0].ObjectId}",
                $"{root}/groups",
                $"{root}/app-registrations",
                $"{root}/app-registrations/new",
                $"{root}/app-registrations/{connection.ClientId}",
                $"{root}/app-registrations/{connection.ClientId}/authentication",
                $"{root}/app-registrations/{connection.ClientId}/secrets",
                $"{root}/app-registrations/{connection.ClientId}/token-configuration",
                $"{root}/app-registrations/{connection.ClientId}/api-permissions",
                $"{root}/enterprise-applications",
                $"{root}/enterprise-applications/{connection.ClientId}",
                $"{root}/enterprise-applications/{connection.ClientId}/users-and-groups",
            ];
            foreach (var address in addresses)
            {
                var answer = await page.GotoAsync(address);
                Assert.True(answer!.Status == 200, $"{address} was answered with {answer.Status}.");
                await page.LooksRightAsync();
            }
        });

    [Fact] // one page of each kind; with full counts each is checked as closely as those above
    public Task Every_link_of_the_portal_leads_to_a_page() =>
        sites.VisitAsync(async visitor =>
        {
            var closely = Environment.GetEnvironmentVariable("ANTEROOM_TEST_SCALE") == "full";
            var page = visitor.Page;
            var portal = new Uri(sites.Endpoints.EmulatorPortal);
            HashSet<string> seen = [KindOf(portal)];
            Queue<Uri> waiting = new([portal]);
            while (waiting.TryDequeue(out var address))
            {
                var answer = await page.GotoAsync(address.AbsoluteUri);
                Assert.True(answer!.Status == 200, $"{address} was answered with {answer.Status}.");
                if (closely)
                    await page.LooksRightAsync();
                foreach (var link in await page.EvaluateAsync<string[]>("Array.from(document.links, link => link.href)"))
                    if (
                        Uri.TryCreate(link, UriKind.Absolute, out var next)
                        && next.Host == portal.Host
                        && next.AbsolutePath.StartsWith("/portal", StringComparison.Ordinal)
                    )
                        if (seen.Add(KindOf(next)))
                            waiting.Enqueue(next);
            }
            Assert.Contains(seen, kind => kind.EndsWith("/enterprise-applications/admin-consent-requests", StringComparison.Ordinal));
            Assert.InRange(seen.Count, 35, 200);
        });

    /// <summary>Pages about two objects of a kind are one page.</summary>
    private static string KindOf(Uri address) => ObjectId().Replace(address.AbsolutePath, "{id}");

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex ObjectId();

    /// <summary>A connection that was given the secret's ID where its value belongs.</summary>
    internal static async Task<Joined> BrokenSecretAsync(Sites sites, string slug, string name)
    {
        var tenant = sites.Endpoints.Tenants.First(tenant => tenant.TenantId == sites.Contoso.Connections[0].TenantId);
        var application = await sites.Control.CreateApplicationAsync(tenant, name, CancellationToken.None);
        var broken = await sites.JoinAsync(slug, name, tenant.TenantId, application.ClientId, "wrong~" + application.ClientSecret);
        await sites.Control.RegisterAddressesAsync(application.ClientId, broken.RedirectUri, broken.LogoutUri, CancellationToken.None);
        await sites.ActivateAsync(broken);
        return broken;
    }

    /// <summary>The address to which the application sends a browser, with something more.</summary>
    private static async Task<string> AuthorizeAddressAsync(Visitor visitor, string more)
    {
        var asking = visitor.Page.WaitForRequestAsync(request => request.Url.Contains("/connect/authorize?", StringComparison.Ordinal));
        await visitor.AskToSignInAsync();
        var address = (await asking).Url + more;
        await visitor.SeesSignedInAsync();
        return address;
    }

    private Task ForgetApplicationAsync(IPage page) =>
        page.Context.ClearCookiesAsync(new() { Domain = new Uri(sites.Endpoints.SampleApplication).Host });
}
