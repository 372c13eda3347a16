using Anteroom.BrowserTests.Rig;
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
}
