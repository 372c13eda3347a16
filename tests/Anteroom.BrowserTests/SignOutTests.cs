using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Anteroom.BrowserTests.Rig;
using Anteroom.DevHost;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Playwright;

namespace Anteroom.BrowserTests;

/// <summary>Single sign-out, from either side.</summary>
public sealed class SignOutTests(Sites sites)
{
    // SEC-035, SEC-108: ours ends first, then the provider's, then the browser is back.
    [Fact, Trait("Security", "SEC-035"), Trait("Security", "SEC-108"), Trait("Capability", "HEC-39")]
    public Task Signing_out_of_the_application_ends_all_three_sessions() =>
        sites.VisitAsync(async visitor =>
        {
            var person = await sites.NewPersonAsync(sites.Contoso, "Olga Out");
            await visitor.SignInAsync(sites.Contoso, person);
            await visitor.Button("Sign out").ClickAsync();
            await visitor.SeesHeadingAsync("You are signed out");
            Assert.StartsWith(sites.Endpoints.SampleApplication, visitor.Page.Url, StringComparison.Ordinal);

            await visitor.AskToSignInAsync();
            await visitor.IdentifyAsync(sites.Contoso.CompanyCode); // asked again: our session has ended
            await visitor.Page.GetByLabel("Email or user name").WaitForAsync(); // and so has Entra's
        });

    // SEC-005: Entra's frame finds the session by its sid; a browser that keeps cookies from frames changes nothing.
    [Fact, Trait("Security", "SEC-005"), Trait("Capability", "HEC-29")]
    public Task Signing_out_at_Entra_ends_our_session_without_a_cookie_in_the_frame() =>
        sites.VisitAsync(async visitor =>
        {
            var person = await sites.NewPersonAsync(sites.Contoso, "Fran Frame");
            await visitor.SignInAsync(sites.Contoso, person);
            var page = visitor.Page;
            var server = sites.Endpoints.Server;

            await page.GotoAsync($"{sites.Endpoints.EmulatorHttps}/{sites.Contoso.Connections[0].TenantId}/oauth2/v2.0/logout");
            var telling = page.WaitForResponseAsync(answer => answer.Url.StartsWith(server, StringComparison.Ordinal));
            await page.GetByRole(AriaRole.Button, new() { Name = "Fran Frame" }).ClickAsync();
            var told = await telling;
            Assert.Equal(200, told.Status);
            Assert.NotEqual(page.MainFrame, told.Request.Frame);
            Assert.DoesNotContain("cookie", await told.Request.AllHeadersAsync());

            // The browser still has our cookie, but no session stands behind it.
            await page.Context.ClearCookiesAsync(new() { Domain = new Uri(sites.Endpoints.SampleApplication).Host });
            await visitor.AskToSignInAsync();
            await visitor.SeesHeadingAsync("Sign in");
            Assert.StartsWith(server, page.Url, StringComparison.Ordinal);
        });

    // The counterpart: without it the test above would pass when no session ever outlives a page.
    [Fact]
    public Task A_session_signs_in_to_the_next_application_without_a_question() =>
        sites.VisitAsync(async visitor =>
        {
            await visitor.SignInAsync(sites.Contoso, await sites.NewPersonAsync(sites.Contoso, "Sonia Single"));
            await visitor.Page.Context.ClearCookiesAsync(new() { Domain = new Uri(sites.Endpoints.SampleApplication).Host });
            await visitor.AskToSignInAsync();
            await visitor.SeesSignedInAsync();
        });

    // OIDC Front-Channel Logout §2, §3: the other application's frame, on a fourth site, is told iss and sid, and the browser goes on by itself.
    // The frame gets no cookie of its application, as in every browser of today: the sign-out is complete all the same.
    [Fact, Trait("Security", "SEC-005"), Trait("Security", "SEC-035"), Trait("Capability", "HEC-39")]
    public async Task Signing_out_of_one_application_tells_the_other_in_a_frame()
    {
        var portal = $"https://portal-{RandomNumberGenerator.GetHexString(6, lowercase: true)}.{BlankApplications.Domain}";
        var client = await RegisterAsync(portal);

        await sites.VisitAsync(async visitor =>
        {
            var page = visitor.Page;
            var person = await sites.NewPersonAsync(sites.Contoso, "Frida Frames");
            await visitor.SignInAsync(sites.Contoso, person);
            var sid = await visitor.ClaimAsync("sid");
            await page.GotoAsync(AuthorizationAddress(client, portal)); // the second application, without a question
            Assert.StartsWith($"{portal}/callback?code=", page.Url, StringComparison.Ordinal);
            await page.Context.AddCookiesAsync([
                new()
                {
                    Name = "portal-session",
                    Value = "alive",
                    Url = portal,
                    Secure = true,
                    HttpOnly = true,
                    SameSite = SameSiteAttribute.None,
                },
            ]);

            await page.GotoAsync($"{portal}/home");
            Assert.Equal("portal-session=alive", CookiesAt(new Uri($"{portal}/home"))); // at home it has one

            await visitor.OpenApplicationAsync();
            IFrame? around = null; // looked at when it asks: soon the page goes on, and the frame is nowhere
            page.Request += (_, request) =>
            {
                if (request.Url.StartsWith($"{portal}/logout", StringComparison.Ordinal))
                    around = request.Frame.ParentFrame;
            };
            var telling = page.WaitForResponseAsync(answer => answer.Url.StartsWith($"{portal}/logout", StringComparison.Ordinal));
            await visitor.Button("Sign out").ClickAsync();
            var told = await telling;

            Assert.Equal(200, told.Status);
            Assert.Equal(page.MainFrame, around);
            var said = QueryHelpers.ParseQuery(new Uri(told.Url).Query);
            Assert.Equal("1", said["portal"]); // as it was registered
            Assert.Equal(sites.Endpoints.Issuer, said["iss"]);
            Assert.Equal(sid, said["sid"]);
            Assert.Equal("cross-site", (await told.Request.AllHeadersAsync())["sec-fetch-site"]);
            Assert.Equal("", CookiesAt(new Uri(told.Url)));

            await page.WaitForURLAsync($"{sites.Endpoints.SampleApplication}/signed-out*");
            await visitor.SeesHeadingAsync("You are signed out");
            await page.GotoAsync(AuthorizationAddress(client, portal, prompt: "none"));
            Assert.Contains("error=login_required", page.Url, StringComparison.Ordinal);
        });
    }

    private string? CookiesAt(Uri address) => sites.Applications.Requests.Single(request => request.Address == address).Cookies ?? "";

    private async Task<string> RegisterAsync(string portal)
    {
        var made = await sites.Api.PostAsync(
            "/applications",
            new JsonObject
            {
                ["name"] = "Portal",
                ["protocol"] = "oidc",
                ["clientKind"] = "confidential",
                ["redirectUris"] = new JsonArray($"{portal}/callback"),
                ["frontChannelLogoutUri"] = $"{portal}/logout?portal=1",
            },
            CancellationToken.None
        );
        return JsonCalls.Text(made, "clientId");
    }

    private string AuthorizationAddress(string client, string portal, string? prompt = null)
    {
        var query = new Dictionary<string, string?>
        {
            ["client_id"] = client,
            ["redirect_uri"] = $"{portal}/callback",
            ["response_type"] = "code",
            ["scope"] = "openid",
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(RandomNumberGenerator.GetBytes(32))),
            ["code_challenge_method"] = "S256",
        };
        if (prompt is not null)
            query["prompt"] = prompt;
        return QueryHelpers.AddQueryString($"{sites.Endpoints.Server}/connect/authorize", query);
    }
}
