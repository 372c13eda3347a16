using System.Net;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>entra-oidc.md §2.1 (parameters), §2.2, §2.4 (form_post), §6.3 (consent): the ways through the pages.</summary>
public sealed class SignInPagesTests : IAsyncLifetime
{
    private const string Mira = "mira@contoso.example";
    private const string Jonas = "jonas@contoso.example";

    private EmulatorStage _stage = null!;

    public async ValueTask InitializeAsync() => _stage = await EmulatorStage.StartAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact] // §2.1: code (long, 1.A…), state, session_state
    [Trait("Capability", "HEL-01")]
    public async Task Signing_in_returns_a_long_code_and_the_state()
    {
        var reply = await _stage.NewBrowser().SignInAsync(_stage.AuthorizeUrl(), Mira, EmulatorStage.Password);
        Assert.InRange(reply["code"].Length, 1001, 4096);
        Assert.StartsWith("1.A", reply["code"], StringComparison.Ordinal);
        Assert.Equal("state-1", reply["state"]);
        Assert.True(Guid.TryParse(reply["session_state"], out _));
        Assert.DoesNotContain("id_token", reply.Keys);
    }

    [Fact] // §2.1 state: unchanged, but HTML is stripped
    public async Task Html_in_the_state_is_stripped()
    {
        var reply = await _stage
            .NewBrowser()
            .SignInAsync(_stage.AuthorizeUrl(null, ("state", "a<b>c</b>d&e=1")), Mira, EmulatorStage.Password);
        Assert.Equal("acd&e=1", reply["state"]);
    }

    [Fact] // §2.1 response_mode
    public async Task Fragment_puts_the_answer_behind_a_hash()
    {
        var page = await _stage
            .NewBrowser()
            .EnterAsync(_stage.AuthorizeUrl(null, ("response_mode", "fragment")), Mira, EmulatorStage.Password);
        Assert.StartsWith(EmulatorStage.RedirectUri + "#code=", page.Location, StringComparison.Ordinal);
    }

    [Fact] // §2.4
    public async Task Form_post_is_a_page_that_posts_to_the_application()
    {
        var page = await _stage
            .NewBrowser()
            .EnterAsync(_stage.AuthorizeUrl(null, ("response_mode", "form_post")), Mira, EmulatorStage.Password);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains(
            $"<form method=\"post\" name=\"hiddenform\" action=\"{EmulatorStage.RedirectUri}\">",
            page.Html,
            StringComparison.Ordinal
        );
        Assert.Contains("name=\"code\"", page.Html, StringComparison.Ordinal);
        Assert.Contains("name=\"state\" value=\"state-1\"", page.Html, StringComparison.Ordinal);
        Assert.Contains("<noscript>", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page.Html, StringComparison.Ordinal); // the policy allows no inline script
    }

    [Fact] // §2.2: without a path the address comes back with a slash
    public async Task A_redirect_uri_without_a_path_gets_a_slash()
    {
        await _stage.PostAsync($"/applications/{_stage.AppId}/redirect-uris", new { platform = "web", uri = "https://bare.example" });
        var page = await _stage
            .NewBrowser()
            .EnterAsync(_stage.AuthorizeUrl(null, ("redirect_uri", "https://bare.example")), Mira, EmulatorStage.Password);
        Assert.StartsWith("https://bare.example/?code=", page.Location, StringComparison.Ordinal);
    }

    [Fact] // §2.2: the port of localhost does not count
    public async Task A_localhost_redirect_uri_matches_on_any_port()
    {
        await _stage.PostAsync($"/applications/{_stage.AppId}/redirect-uris", new { platform = "web", uri = "http://localhost:5000/cb" });
        var page = await _stage
            .NewBrowser()
            .EnterAsync(_stage.AuthorizeUrl(null, ("redirect_uri", "http://localhost:6123/cb")), Mira, EmulatorStage.Password);
        Assert.StartsWith("http://localhost:6123/cb?code=", page.Location, StringComparison.Ordinal);
    }

    [Fact] // §2.1 prompt
    public async Task One_session_is_used_without_asking_and_prompt_decides_otherwise()
    {
        using var browser = _stage.NewBrowser();
        await browser.SignInAsync(_stage.AuthorizeUrl(), Mira, EmulatorStage.Password);

        Assert.Contains("code", (await browser.OpenAsync(_stage.AuthorizeUrl())).Reply().Keys);
        Assert.Contains("code", (await browser.OpenAsync(_stage.AuthorizeUrl(null, ("prompt", "none")))).Reply().Keys);

        var chooser = await browser.OpenAsync(_stage.AuthorizeUrl(null, ("prompt", "select_account")));
        Assert.Equal("Pick an account", chooser.Heading);
        Assert.Contains("Use another account", chooser.Text, StringComparison.Ordinal);
        Assert.Contains("code", (await browser.SubmitAsync(chooser, ("account", _stage.UserId))).Reply().Keys);

        var again = await browser.OpenAsync(_stage.AuthorizeUrl(null, ("prompt", "login"), ("login_hint", Mira)));
        Assert.Equal("Enter password", again.Heading);
        Assert.Contains("code", (await browser.PasswordAsync(again, EmulatorStage.Password)).Reply().Keys);
    }

    [Fact] // §2.6 row 16000, §2.1 login_hint
    public async Task Several_sessions_need_a_choice_or_a_hint()
    {
        await AddJonasAsync();
        using var browser = _stage.NewBrowser();
        await browser.SignInAsync(_stage.AuthorizeUrl(), Mira, EmulatorStage.Password);
        var chooser = await browser.OpenAsync(_stage.AuthorizeUrl(null, ("prompt", "select_account")));
        var other = await browser.SubmitAsync(chooser, ("account", "other"));
        await browser.PasswordAsync(await browser.UserNameAsync(other, Jonas), EmulatorStage.Password);

        Assert.Equal("Pick an account", (await browser.OpenAsync(_stage.AuthorizeUrl())).Heading);
        var silent = (await browser.OpenAsync(_stage.AuthorizeUrl(null, ("prompt", "none")))).Reply();
        Assert.Equal("interaction_required", silent["error"]);
        Assert.StartsWith("AADSTS16000: ", silent["error_description"], StringComparison.Ordinal);
        Assert.Contains(
            "code",
            (await browser.OpenAsync(_stage.AuthorizeUrl(null, ("prompt", "none"), ("login_hint", Jonas)))).Reply().Keys
        );
    }

    [Fact] // §2.1 login_hint
    [Trait("Capability", "HEL-21")]
    public async Task A_hint_skips_the_user_name()
    {
        using var browser = _stage.NewBrowser();
        var page = await browser.OpenAsync(_stage.AuthorizeUrl(null, ("login_hint", Mira)));
        Assert.Equal("Enter password", page.Heading);
        Assert.Contains(Mira, page.Text, StringComparison.Ordinal);
    }

    [Fact] // §2.1 max_age: not in Microsoft's table, so ignored; the switch makes it count
    public async Task Max_age_is_ignored_until_it_is_switched_on()
    {
        using var browser = _stage.NewBrowser();
        await browser.SignInAsync(_stage.AuthorizeUrl(), Mira, EmulatorStage.Password);
        _stage.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Contains("code", (await browser.OpenAsync(_stage.AuthorizeUrl(null, ("max_age", "60")))).Reply().Keys);

        await _stage.PatchAsync("/settings", new { honourMaxAge = true });
        Assert.Equal("Enter password", (await browser.OpenAsync(_stage.AuthorizeUrl(null, ("max_age", "60")))).Heading);
        Assert.Contains("code", (await browser.OpenAsync(_stage.AuthorizeUrl(null, ("max_age", "121")))).Reply().Keys);
    }

    [Fact] // §11: the browser session is 24 hours, sliding
    public async Task A_session_ends_after_a_day_without_use()
    {
        using var browser = _stage.NewBrowser();
        await browser.SignInAsync(_stage.AuthorizeUrl(), Mira, EmulatorStage.Password);
        _stage.Clock.Advance(TimeSpan.FromHours(23));
        Assert.Contains("code", (await browser.OpenAsync(_stage.AuthorizeUrl(null, ("prompt", "none")))).Reply().Keys);
        _stage.Clock.Advance(TimeSpan.FromHours(23));
        Assert.Contains("code", (await browser.OpenAsync(_stage.AuthorizeUrl(null, ("prompt", "none")))).Reply().Keys);
        _stage.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal("login_required", (await browser.OpenAsync(_stage.AuthorizeUrl(null, ("prompt", "none")))).Reply()["error"]);
    }

    [Fact] // §6.1, §6.3: a multi-tenant application gets its service principal by the first consent
    [Trait("Capability", "IMP-03")]
    public async Task The_first_consent_brings_a_multi_tenant_application_into_another_tenant()
    {
        await _stage.PatchAsync($"/applications/{_stage.AppId}", new { signInAudience = "AzureADMultipleOrgs" });
        var fabrikam = (string)(await _stage.PostAsync("/tenants", new { displayName = "Fabrikam" }))["id"]!;
        await _stage.PostAsync(
            $"/tenants/{fabrikam}/users",
            new
            {
                userPrincipalName = "dana@fabrikam.onmicrosoft.com",
                displayName = "Dana Reyes",
                password = EmulatorStage.Password,
                isAdministrator = true,
            }
        );

        using var browser = _stage.NewBrowser();
        var page = await browser.EnterAsync(_stage.AuthorizeUrl("common"), "dana@fabrikam.onmicrosoft.com", EmulatorStage.Password);
        Assert.Equal("Permissions requested", page.Heading);
        Assert.Contains("Consent on behalf of your organization", page.Text, StringComparison.Ordinal);

        var declined = (await browser.SubmitAsync(page, ("answer", "cancel"))).Reply();
        Assert.Equal("access_denied", declined["error"]);
        Assert.Equal("cancel", declined["error_subcode"]);
        Assert.StartsWith("AADSTS65004: ", declined["error_description"], StringComparison.Ordinal);

        Assert.Contains("code", (await browser.SubmitAsync(page, ("answer", "accept"), ("organization", "on"))).Reply().Keys);
        Assert.Contains("code", (await browser.OpenAsync(_stage.AuthorizeUrl("common"))).Reply().Keys);
    }

    [Fact] // a sign-in belongs to the browser that began it (security.md SEC-032 for our own part)
    public async Task A_form_of_another_browser_is_refused()
    {
        var page = await _stage.NewBrowser().OpenAsync(_stage.AuthorizeUrl());
        var stolen = await _stage.NewBrowser().UserNameAsync(page, Mira);
        Assert.Contains("AADSTS165000: ", stolen.Text, StringComparison.Ordinal);
    }

    [Fact] // security.md SEC-004 for our own pages
    public async Task Pages_have_a_strict_policy_and_the_banner()
    {
        var page = await _stage.NewBrowser().OpenAsync(_stage.AuthorizeUrl());
        Assert.Contains(
            "default-src 'none'; script-src 'self'; style-src 'self'",
            page.Headers["Content-Security-Policy"],
            StringComparison.Ordinal
        );
        Assert.Contains("frame-ancestors 'none'", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Contains("<strong>Emulator</strong>", page.Html, StringComparison.Ordinal);
        Assert.Equal("no-store", page.Headers["Cache-Control"]);
    }

    [Fact] // §2.1: what a person types must not become markup
    public async Task A_hint_cannot_write_into_the_page()
    {
        var page = await _stage.NewBrowser().OpenAsync(_stage.AuthorizeUrl(null, ("login_hint", "\"><script>alert(1)</script>")));
        Assert.DoesNotContain("<script>alert", page.Html, StringComparison.Ordinal);
    }

    [Fact] // "Stay signed in?" is asked only where the switch is on
    public async Task Staying_signed_in_is_a_question_that_can_be_switched_on()
    {
        await _stage.PatchAsync("/settings", new { askToStaySignedIn = true });
        using var browser = _stage.NewBrowser();
        var page = await browser.EnterAsync(_stage.AuthorizeUrl(), Mira, EmulatorStage.Password);
        Assert.Equal("Stay signed in?", page.Heading);
        Assert.Contains("code", (await browser.SubmitAsync(page, ("answer", "yes"))).Reply().Keys);
        _stage.Clock.Advance(TimeSpan.FromDays(60));
        Assert.Contains("code", (await browser.OpenAsync(_stage.AuthorizeUrl(null, ("prompt", "none")))).Reply().Keys);
    }

    private Task<System.Text.Json.Nodes.JsonObject> AddJonasAsync() =>
        _stage.PostAsync(
            $"/tenants/{_stage.TenantId}/users",
            new
            {
                userPrincipalName = Jonas,
                displayName = "Jonas Weber",
                password = EmulatorStage.Password,
            }
        );
}
