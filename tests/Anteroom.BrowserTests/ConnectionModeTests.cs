using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Anteroom.BrowserTests.Rig;
using Anteroom.DevHost;
using Microsoft.Playwright;

namespace Anteroom.BrowserTests;

/// <summary>The modes that need a real browser: one that redeems a code from its own origin, and one that another site's page posts to.</summary>
public sealed class ConnectionModeTests(Sites sites)
{
    [
        Fact,
        Trait("Capability", "IMP-05"),
        Trait("Capability", "IMP-06"),
        Trait("Capability", "IMP-18"),
        Trait("Capability", "IMP-19"),
        Trait("Security", "SEC-068"),
        Trait("Security", "SEC-003")
    ]
    public Task An_organizations_host_takes_a_code_that_the_browser_redeems_and_a_token_that_Entra_posts() =>
        sites.VisitAsync(async visitor =>
        {
            var made = await MakeAsync();
            List<IRequest> asked = [];
            visitor.Page.Request += (_, request) => asked.Add(request);

            await SignInAsync(visitor, made);

            Assert.Equal(
                $"https://{made.Slug}.anteroom.localhost:{new Uri(sites.Endpoints.Server).Port}/api/single-sign-on",
                made.RedirectUri
            );
            var redeemed = Assert.Single(asked, request => request.Url.EndsWith("/oauth2/v2.0/token", StringComparison.Ordinal));
            Assert.Equal("fetch", redeemed.ResourceType);
            var log = Assert.Single(await TokenCallsAsync(made.Tenant)); // nobody but the browser asked
            Assert.Equal(new Uri(made.RedirectUri).GetLeftPart(UriPartial.Authority), (string?)log["origin"]);
            Assert.DoesNotContain(log["formNames"]!.AsArray(), name => (string?)name == "client_secret");

            // The same connection, by the implicit flow: Entra's page lies on another site, so no cookie travels with its post.
            await ChangeAsync(made, new { clientKind = "confidential", responseMode = "idToken" });
            await sites.Demo.Emulator.PatchAsync(
                $"/applications/{made.ClientId}",
                new JsonObject
                {
                    ["web"] = new JsonObject { ["implicitGrantSettings"] = new JsonObject { ["enableIdTokenIssuance"] = true } },
                },
                CancellationToken.None
            );
            await visitor.Page.Context.ClearCookiesAsync();
            asked.Clear();
            await SignInAsync(visitor, made);
            var posted = Assert.Single(asked, request => request.Method == "POST" && request.Url == made.RedirectUri);
            Assert.DoesNotContain("cookie", (await posted.AllHeadersAsync()).Keys);
            Assert.Single(await TokenCallsAsync(made.Tenant));
        });

    [Fact, Trait("Security", "SEC-068")]
    public Task Without_script_the_page_that_would_redeem_says_so() =>
        sites.VisitAsync(
            async visitor =>
            {
                var made = await MakeAsync();
                await visitor.AskToSignInAsync();
                await visitor.IdentifyAsync(made.CompanyCode);
                await visitor.SignInAtEntraAsync(made.Person);
                await visitor.SeesHeadingAsync("Signing you in");
                // Chromium whose scripts are stopped by remote control keeps the element closed that it opens for people without script.
                var page = await visitor.Page.ContentAsync();
                Assert.Contains("<noscript>", page, StringComparison.Ordinal);
                Assert.Contains("This way of signing in needs JavaScript.", page, StringComparison.Ordinal);
                Assert.StartsWith(made.RedirectUri, visitor.Page.Url, StringComparison.Ordinal);
            },
            withScript: false
        );

    [Fact]
    public Task The_page_that_redeems_looks_right() =>
        sites.VisitAsync(async visitor =>
        {
            await visitor.Page.RouteAsync("**/redeem.*.js", route => route.AbortAsync()); // it would be gone at once
            var made = await MakeAsync();
            await visitor.AskToSignInAsync();
            await visitor.IdentifyAsync(made.CompanyCode);
            await visitor.SignInAtEntraAsync(made.Person);
            await visitor.SeesHeadingAsync("Signing you in");
            await visitor.Page.LooksRightAsync();
        });

    private sealed record Made(
        string Slug,
        string CompanyCode,
        string ConnectionId,
        string RedirectUri,
        DemoTenant Tenant,
        string ClientId,
        DemoUser Person
    );

    private async Task<Made> MakeAsync()
    {
        var ct = CancellationToken.None;
        var slug = $"forms-{RandomNumberGenerator.GetHexString(6, lowercase: true)}";
        var tenant = await sites.NewTenantAsync("Forms");
        var application = await sites.Demo.Emulator.PostAsync(
            $"/tenants/{tenant.TenantId}/applications",
            new JsonObject { ["displayName"] = "Forms" },
            ct
        );
        var clientId = JsonCalls.Text(application, "appId");
        var organization = await sites.Api.PostAsync(
            "/organizations",
            new JsonObject
            {
                ["slug"] = slug,
                ["name"] = "Forms",
                ["ownHost"] = true,
            },
            ct
        );
        var connection = await sites.Api.PostAsync(
            $"/organizations/{slug}/connections",
            new JsonObject
            {
                ["name"] = "Forms Entra",
                ["kind"] = "entra",
                ["cloud"] = "emulator",
                ["clientKind"] = "browser",
                ["callbackStyle"] = "organizationHost",
                ["tenantId"] = tenant.TenantId,
                ["clientId"] = clientId,
                ["defaultRole"] = "member",
            },
            ct
        );
        var (id, redirectUri) = (JsonCalls.Text(connection, "id"), JsonCalls.Text(connection, "redirectUri"));
        await sites.Demo.Emulator.PatchAsync(
            $"/applications/{clientId}",
            new JsonObject { ["spa"] = new JsonObject { ["redirectUris"] = new JsonArray(redirectUri) } },
            ct
        );
        await sites.Api.PostAsync($"/organizations/{slug}/connections/{id}/activate", new JsonObject(), ct); // with its test
        return new(
            slug,
            JsonCalls.Text(organization, "companyCode"),
            id,
            redirectUri,
            tenant,
            clientId,
            await sites.NewPersonAsync(tenant, "Fay Forms")
        );
    }

    private static async Task SignInAsync(Visitor visitor, Made made)
    {
        await visitor.AskToSignInAsync();
        await visitor.IdentifyAsync(made.CompanyCode);
        await visitor.SignInAtEntraAsync(made.Person);
        await visitor.SeesSignedInAsync();
        Assert.Equal(made.Slug, await visitor.ClaimAsync("org_slug"));
    }

    private async Task ChangeAsync(Made made, object change)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Patch,
            $"{sites.Endpoints.Api}/organizations/{made.Slug}/connections/{made.ConnectionId}"
        );
        request.Headers.Authorization = new("Bearer", sites.Endpoints.ApiKey);
        request.Headers.IfMatch.Add(System.Net.Http.Headers.EntityTagHeaderValue.Any);
        request.Content = JsonContent.Create(change);
        using var answer = await sites.Demo.Http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<JsonNode[]> TokenCallsAsync(DemoTenant tenant)
    {
        var log = await sites.Demo.Emulator.FindAsync(
            $"/requests?limit=1000&path={Uri.EscapeDataString($"/{tenant.TenantId}/oauth2/v2.0/token")}",
            CancellationToken.None
        );
        return [.. log!["items"]!.AsArray().Select(item => item!)];
    }
}
