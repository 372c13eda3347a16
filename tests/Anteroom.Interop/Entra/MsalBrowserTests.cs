using Anteroom.Harness;

namespace Anteroom.Interop.Entra;

/// <summary>Issue 3: npm @azure/msal-browser in Chromium, told no more than authority and <c>knownAuthorities</c>.</summary>
public sealed class MsalBrowserTests
{
    // Issue 3: redirect, then the cache, then the refresh token; sign-out ends it (entra-oidc.md §3.4, §7).
    [Fact]
    public async Task Msal_browser_signs_in_by_redirect_and_renews_by_refresh_token()
    {
        await using var entra = await EntraScene.StartAsync();
        await using var page = await SinglePage.StartAsync(entra);

        await page.OpenAsync();
        await page.Page.Locator("#redirect").ClickAsync();
        await SinglePage.SignInAsync(page.Page, entra.Mira);
        var arrived = await page.AnswerAsync();
        Assert.Equal(entra.Mira.UserName, arrived.Text("arrived", "userName"));
        Assert.Equal($"{entra.Mira.ObjectId}.{entra.TenantId}", arrived.Text("arrived", "homeAccountId"));
        Assert.Equal($"{entra.Authority}/v2.0", arrived.Text("arrived", "issuer"));

        var cached = await page.PressAsync("cache");
        Assert.True(cached.Flag("fromCache"));
        var refreshed = await page.PressAsync("refresh");
        Assert.False(refreshed.Flag("fromCache"));
        Assert.NotEqual(cached.Text("token"), refreshed.Text("token"));
    }

    // Issue 3: popup.
    [Fact]
    public async Task Msal_browser_signs_in_by_popup()
    {
        await using var entra = await EntraScene.StartAsync();
        await using var page = await SinglePage.StartAsync(entra);

        await page.OpenAsync();
        var popup = await page.Page.RunAndWaitForPopupAsync(() => page.Page.Locator("#popup").ClickAsync());
        await SinglePage.SignInAsync(popup, entra.Mira);
        var answer = await page.AnswerAsync();

        Assert.Equal(entra.Mira.UserName, answer.Text("userName"));
        Assert.False(answer.Flag("fromCache"));
        await Poll.UntilAsync("the popup is closed", TimeSpan.FromSeconds(30), () => Task.FromResult(popup.IsClosed));
    }

    // Issue 3: silent by iframe with the session at Entra; without one login_required (entra-oidc.md §2.5 D, 50058).
    [Fact]
    public async Task Msal_browser_signs_in_silently_by_iframe()
    {
        await using var entra = await EntraScene.StartAsync();
        await using var page = await SinglePage.StartAsync(entra);

        await page.OpenAsync($"?hint={Uri.EscapeDataString(entra.Mira.UserName)}");
        var nobody = await page.PressAsync("iframe");
        Assert.Equal("login_required", nobody.Text("error"));
        Assert.Contains("AADSTS50058", nobody.Text("message"), StringComparison.Ordinal);

        await entra.SignInAtEntraAsync(page.Page.Context, entra.Mira);
        var silent = await page.PressAsync("iframe");
        Assert.Equal(entra.Mira.UserName, silent.Text("userName"));
        Assert.False(silent.Flag("fromCache"));
        Assert.NotNull(silent.Text("nonce"));
    }

    // entra-oidc.md §3.4: where a browser keeps Entra's cookies from frames of another site, silence is refused and a redirect is needed.
    [Fact]
    public async Task Msal_browser_hears_login_required_where_third_party_cookies_are_blocked()
    {
        await using var entra = await EntraScene.StartAsync();
        await using var page = await SinglePage.StartAsync(entra, scheme: "http");

        await page.OpenAsync($"?hint={Uri.EscapeDataString(entra.Mira.UserName)}");
        await entra.SignInAtEntraAsync(page.Page.Context, entra.Mira);
        Assert.Equal("login_required", (await page.PressAsync("iframe")).Text("error"));

        await page.Page.Locator("#redirect").ClickAsync();
        Assert.Equal(entra.Mira.UserName, (await page.AnswerAsync()).Text("arrived", "userName"));
    }

    // Issue 3: the refresh token of a single-page application ends after 24 hours, then an iframe renews (entra-oidc.md §3.4, 700084).
    [Fact]
    public async Task Msal_browser_falls_back_to_an_iframe_when_its_refresh_token_is_over()
    {
        await using var entra = await EntraScene.StartAsync();
        await using var page = await SinglePage.StartAsync(entra);
        await page.OpenAsync($"?hint={Uri.EscapeDataString(entra.Mira.UserName)}");
        await entra.SignInAtEntraAsync(page.Page.Context, entra.Mira);
        var first = await page.PressAsync("iframe");

        await entra.Control.PatchAsync("settings", new { clockOffsetSeconds = 25 * 3_600 });
        var over = await page.PressAsync("refresh");
        Assert.Equal("invalid_grant", over.Text("error"));
        Assert.Contains("AADSTS700084", over.Text("message"), StringComparison.Ordinal);

        await entra.SignInAtEntraAsync(page.Page.Context, entra.Mira);
        var renewed = await page.PressAsync("network");
        Assert.Equal(entra.Mira.UserName, renewed.Text("userName"));
        Assert.NotEqual(first.Text("token"), renewed.Text("token"));
    }
}
