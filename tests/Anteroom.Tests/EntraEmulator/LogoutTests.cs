using System.Net;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>entra-oidc.md §7.</summary>
public sealed class LogoutTests : IAsyncLifetime
{
    private EmulatorStage _stage = null!;

    public async ValueTask InitializeAsync() => _stage = await EmulatorStage.StartAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact] // the picker appears even with one account; every web application hears of it by a hidden frame with sid
    [Trait("Capability", "HEC-29")]
    public async Task Signing_out_asks_who_and_tells_the_applications_by_frame()
    {
        var (browser, claims) = await SignedInAsync();
        var picker = await browser.OpenAsync(LogoutUrl(("post_logout_redirect_uri", EmulatorStage.RedirectUri), ("state", "bye bye")));
        Assert.Equal("Pick an account to sign out", picker.Heading);

        var page = await browser.SubmitAsync(picker, ("account", _stage.UserId));
        Assert.Contains($"src=\"{EmulatorStage.LogoutUrl}?sid={(string)claims["sid"]!}\"", page.Html, StringComparison.Ordinal);
        Assert.Contains("frame-src https://rp.example", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.EndsWith($"url={EmulatorStage.RedirectUri}?state=bye%20bye", page.Headers["Refresh"], StringComparison.Ordinal);
        Assert.Equal("login_required", (await browser.OpenAsync(_stage.AuthorizeUrl(null, ("prompt", "none")))).Reply()["error"]);
    }

    [Fact] // logout_hint suppresses the picker; only the opaque value does
    public async Task The_opaque_hint_signs_out_without_asking_and_a_name_does_not()
    {
        var (browser, claims) = await SignedInAsync();
        Assert.Equal("Pick an account to sign out", (await browser.OpenAsync(LogoutUrl(("logout_hint", "mira@contoso.example")))).Heading);
        var page = await browser.OpenAsync(LogoutUrl(("logout_hint", (string)claims["login_hint"]!)));
        Assert.Equal("You signed out of your account", page.Heading);
        Assert.Contains("<iframe", page.Html, StringComparison.Ordinal);
    }

    [Fact] // unregistered: the person stays, no error to anybody
    public async Task An_unregistered_return_address_is_ignored()
    {
        var (browser, claims) = await SignedInAsync();
        var page = await browser.OpenAsync(
            LogoutUrl(("logout_hint", (string)claims["login_hint"]!), ("post_logout_redirect_uri", "https://evil.example/"))
        );
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.DoesNotContain("evil.example", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Refresh", page.Headers.Keys);
    }

    [Fact] // nobody signed in: straight back
    [Trait("Capability", "HEC-39")]
    public async Task Without_a_session_it_returns_at_once()
    {
        var page = await _stage.NewBrowser().OpenAsync(LogoutUrl(("post_logout_redirect_uri", EmulatorStage.RedirectUri), ("state", "s")));
        Assert.Equal($"{EmulatorStage.RedirectUri}?state=s", page.Location);
    }

    [Fact] // iss beside sid is a switch, since the documents disagree
    public async Task The_issuer_comes_along_when_switched_on()
    {
        await _stage.PatchAsync("/settings", new { logoutSendsIssuer = true });
        var (browser, claims) = await SignedInAsync();
        var page = await browser.OpenAsync(LogoutUrl(("logout_hint", (string)claims["login_hint"]!)));
        Assert.Contains($"&iss={Uri.EscapeDataString((string)claims["iss"]!)}", page.Text, StringComparison.Ordinal);
    }

    [Fact] // another site cannot sign somebody out by posting the picker's form
    public async Task The_choice_needs_the_form_of_this_browser()
    {
        var (browser, _) = await SignedInAsync();
        await browser.PostAsync($"/{_stage.TenantId}/logoutsession", ("account", _stage.UserId), ("token", "guess"));
        Assert.Contains("code", (await browser.OpenAsync(_stage.AuthorizeUrl(null, ("prompt", "none")))).Reply().Keys);
    }

    private async Task<(EmulatorBrowser Browser, System.Text.Json.Nodes.JsonObject Claims)> SignedInAsync()
    {
        await _stage.PatchAsync(
            $"/applications/{_stage.AppId}",
            new { optionalClaims = new { idToken = new[] { new { name = "sid" }, new { name = "login_hint" } } } }
        );
        var browser = _stage.NewBrowser();
        var reply = await browser.SignInAsync(_stage.AuthorizeUrl(), "mira@contoso.example", EmulatorStage.Password);
        return (browser, Jwt.Payload((string)(await _stage.RedeemAsync(reply["code"])).Body["id_token"]!));
    }

    private string LogoutUrl(params (string Name, string Value)[] parameters) =>
        $"/{_stage.TenantId}/oauth2/v2.0/logout?{string.Join('&', parameters.Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value)}"))}";
}
