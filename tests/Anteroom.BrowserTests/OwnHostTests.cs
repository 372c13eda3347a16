using Anteroom.BrowserTests.Rig;
using Microsoft.Playwright;

namespace Anteroom.BrowserTests;

/// <summary>An organization with its own host, in a browser: cookies that belong to one host alone, and no broken policy on the way (design.md §4).</summary>
public sealed class OwnHostTests(Sites sites)
{
    [Fact, Trait("Capability", "IMP-06"), Trait("Security", "SEC-001"), Trait("Security", "SEC-005")]
    public Task The_sign_in_the_session_and_the_sign_out_are_of_the_organizations_host() =>
        sites.VisitAsync(async visitor =>
        {
            var host = $"northwind.anteroom.localhost:{new Uri(sites.Endpoints.Server).Port}";
            List<Uri> visited = [];
            visitor.Page.Request += (_, request) =>
            {
                if (request.IsNavigationRequest)
                    visited.Add(new Uri(request.Url));
            };
            var person = await sites.NewPersonAsync(sites.Northwind, "Nora North");
            await visitor.SignInAsync(sites.Northwind, person);

            Assert.Equal("northwind", await visitor.ClaimAsync("org_slug"));
            Assert.Contains(visited, at => at.Authority == host && at.AbsolutePath.EndsWith("/callback", StringComparison.Ordinal));
            var session = Assert.Single(await SessionsAsync(visitor));
            Assert.Equal("northwind.anteroom.localhost", session.Domain); // host-only: no dot in front
            Assert.True(session is { Secure: true, HttpOnly: true, SameSite: SameSiteAttribute.Lax, Path: "/" });
            Assert.StartsWith("__Host-", session.Name, StringComparison.Ordinal);

            await visitor.Button("Sign out").ClickAsync();
            await visitor.SeesHeadingAsync("You are signed out");
            Assert.StartsWith(sites.Endpoints.SampleApplication, visitor.Page.Url, StringComparison.Ordinal);
            Assert.Empty(await SessionsAsync(visitor));
        });

    [Fact, Trait("Capability", "IMP-06")]
    public Task A_second_application_session_needs_no_password_and_no_script() =>
        sites.VisitAsync(
            async visitor =>
            {
                await visitor.SignInAsync(sites.Northwind, await sites.NewPersonAsync(sites.Northwind, "Sven Second"));
                await visitor.Page.Context.ClearCookiesAsync(new() { Domain = new Uri(sites.Endpoints.SampleApplication).Host });

                await visitor.AskToSignInAsync();
                await visitor.IdentifyAsync(sites.Northwind.CompanyCode);
                await visitor.SeesSignedInAsync();
                Assert.Equal("Sven Second", await visitor.ClaimAsync("name"));
            },
            withScript: false
        );

    private static async Task<List<BrowserContextCookiesResult>> SessionsAsync(Visitor visitor) =>
        [
            .. (await visitor.Page.Context.CookiesAsync()).Where(cookie =>
                cookie.Name.Contains("anteroom-session-", StringComparison.Ordinal)
            ),
        ];
}
