using Anteroom.Harness;

namespace Anteroom.Tests.EndToEnd;

/// <summary>What an application may ask for in its request (OIDC Core §3.1.2.1).</summary>
public sealed class RequestParameterTests(SharedRig shared)
{
    [Fact]
    [Trait("Security", "SEC-044")]
    [Trait("Security", "SEC-095")]
    public async Task Answers_prompt_none_without_a_page()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();

        var before = await SilentAsync(application, browser, contoso);
        Assert.Equal("login_required", before.Answer["error"]);
        Assert.Equal(rig.Address, before.Answer["iss"]);
        Assert.Empty(browser.SetCookies);

        await contoso.SignInAsync(application, browser, mira);
        var seen = await LastSeenAsync(contoso);
        Assert.True((await SilentAsync(application, browser, contoso)).Answer.ContainsKey("code"));
        Assert.Equal(seen, await LastSeenAsync(contoso)); // nor does it prolong anything
    }

    [Fact]
    [Trait("Security", "SEC-107")]
    public async Task Makes_the_person_authenticate_again_for_prompt_login_and_max_age_zero()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();
        await contoso.SignInAsync(application, browser, mira);

        foreach (var parameter in ((string, string?)[])[("prompt", "login"), ("max_age", "0")])
        {
            var attempt = application.Begin(("organization", contoso.Slug), parameter);
            var entra = await browser.GetAsync(attempt.Address.AbsoluteUri);
            Assert.Equal("login", Queries.Read(entra.Address)["prompt"]);
            Assert.True((await application.RedeemAsync(attempt, await EntraPages.SignInAsync(browser, entra, mira))).IsSuccess);
        }
    }

    [Fact]
    [Trait("Security", "SEC-107")]
    public async Task Refuses_another_person_at_a_renewed_authentication()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        var jonas = await contoso.AddPersonAsync("jonas");
        using var browser = rig.NewBrowser();
        await contoso.SignInAsync(application, browser, mira);
        var before = await contoso.Rows.CountAsync();

        var page = await Contoso.SignInAsync(browser, application.Begin(("organization", contoso.Slug), ("prompt", "login")), jonas);

        await Refused.AssertAsync(contoso, page, before, "account_mismatch");
    }

    [Fact]
    [Trait("Security", "SEC-106")]
    public async Task Hands_the_login_hint_to_Entra_and_believes_nothing_of_it()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var jonas = await contoso.AddPersonAsync("jonas");
        using var browser = rig.NewBrowser();

        var attempt = application.Begin(("organization", contoso.Slug), ("login_hint", jonas.UserName));
        var entra = await browser.GetAsync(attempt.Address.AbsoluteUri);

        Assert.Equal(jonas.UserName, Queries.Read(entra.Address)["login_hint"]);
        var tokens = await application.RedeemAsync(attempt, await EntraPages.SignInAsync(browser, entra, jonas));
        Assert.Equal(jonas.UserName, (string?)tokens.Claims["preferred_username"]);

        var mira = await contoso.AddPersonAsync();
        using var hers = rig.NewBrowser();
        attempt = application.Begin(("organization", contoso.Slug), ("login_hint", jonas.UserName));
        var other = await application.RedeemAsync(
            attempt,
            await EntraPages.SignInAsync(hers, await hers.GetAsync($"{attempt.Address.AbsoluteUri}&prompt=select_account"), mira)
        );
        Assert.Equal(mira.UserName, (string?)other.Claims["preferred_username"]); // whom Entra names, not whom the hint named
        Assert.NotEqual(tokens.Subject, other.Subject);
    }

    [Fact] // OIDC Core §3.1.2.1
    [Trait("Security", "SEC-106")]
    public async Task A_hint_of_somebody_else_is_never_answered_by_whoever_is_signed_in()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var (mira, jonas) = (await contoso.AddPersonAsync(), await contoso.AddPersonAsync("jonas"));
        using var his = rig.NewBrowser();
        using var hers = rig.NewBrowser();
        var of = await contoso.SignInAsync(application, his, jonas);
        var mine = await contoso.SignInAsync(application, hers, mira);

        Assert.Equal("login_required", (await HintedAsync(of.IdToken, ("prompt", "none"))).Answer["error"]);
        Assert.True((await HintedAsync(mine.IdToken, ("prompt", "none"))).Answer.ContainsKey("code"));
        var before = await contoso.Rows.CountAsync();
        var answered = await HintedAsync(of.IdToken); // Entra, where she is signed in as well, answers with her again
        await Refused.AssertAsync(contoso, answered, before, "account_mismatch");

        Task<Page> HintedAsync(string hint, params (string, string?)[] more) =>
            hers.GetAsync(application.Begin([("organization", contoso.Slug), ("id_token_hint", hint), .. more]).Address.AbsoluteUri);
    }

    [Fact]
    public async Task Finds_the_organization_by_slug_and_by_company_code_and_asks_for_an_unknown_one()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);

        foreach (var named in (string[])[contoso.Slug, contoso.Code])
        {
            using var browser = rig.NewBrowser();
            var page = await browser.GetAsync(application.Begin(("organization", named)).Address.AbsoluteUri);
            Assert.StartsWith($"{rig.EmulatorAddress}/{contoso.TenantId}/", page.Address.AbsoluteUri, StringComparison.Ordinal);
        }
        using var lost = rig.NewBrowser();
        var question = await lost.GetAsync(application.Begin(("organization", "no-such-organization")).Address.AbsoluteUri);
        Assert.StartsWith(rig.Address + "/sign-in?", question.Address.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Security", "SEC-031")]
    public async Task Lets_the_person_choose_among_sessions_of_several_organizations()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var fabrikam = await Contoso.CreateAsync(rig);
        using var browser = rig.NewBrowser();
        var mira = await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync());
        var dana = await fabrikam.SignInAsync(application, browser, await fabrikam.AddPersonAsync("dana"));
        Assert.NotEqual(mira.Subject, dana.Subject);

        var silent = await browser.GetAsync(application.Begin(("prompt", "none")).Address.AbsoluteUri);
        Assert.Equal("account_selection_required", silent.Answer["error"]);

        var attempt = application.Begin();
        var choice = await browser.GetAsync(attempt.Address.AbsoluteUri);
        var chosen = await application.RedeemAsync(attempt, await browser.SubmitAsync(choice, button: "Dana Koch"));
        Assert.Equal(dana.Subject, chosen.Subject);
    }

    [Theory]
    [InlineData("redirect_uri", "https://app.example/callback/../evil", "redirect_uri_unregistered")]
    [InlineData("redirect_uri", null, "redirect_uri_unregistered")]
    [InlineData("redirect_uri", "https://APP.example/callback", "redirect_uri_unregistered")]
    [InlineData("client_id", "unknown", "client_unknown")]
    [InlineData("client_id", null, "client_unknown")]
    [Trait("Security", "SEC-090")]
    [Trait("Security", "SEC-091")]
    public async Task Shows_a_page_and_redirects_nowhere_where_the_application_is_not_proven(string name, string? value, string reason)
    {
        var (rig, application) = await shared.GetAsync();
        using var browser = rig.NewBrowser();

        var page = await browser.GetAsync(application.Begin((name, value)).Address.AbsoluteUri, follow: false);

        Refused.AssertPage(page, reason);
        Assert.Null(page.Location);
    }

    [Theory]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("scope", "profile", "invalid_scope")]
    [InlineData("prompt", "none login", "invalid_request")]
    [InlineData("max_age", "-1", "invalid_request")]
    [InlineData("request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported")]
    [Trait("Security", "SEC-093")]
    [Trait("Security", "SEC-094")]
    [Trait("Security", "SEC-095")]
    public async Task Tells_the_application_what_is_wrong_with_its_request(string name, string? value, string error)
    {
        var (rig, application) = await shared.GetAsync();
        using var browser = rig.NewBrowser();

        var attempt = application.Begin((name, value));
        var page = await browser.GetAsync(attempt.Address.AbsoluteUri);

        Assert.Equal(error, page.Answer["error"]);
        Assert.Equal(attempt.State, page.Answer["state"]);
        Assert.Equal(rig.Address, page.Answer["iss"]);
    }

    [Fact]
    [Trait("Security", "SEC-092")]
    [Trait("Security", "SEC-093")]
    public async Task Redeems_a_code_once_and_for_its_verifier_only()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();

        var attempt = application.Begin(("organization", contoso.Slug));
        var page = await Contoso.SignInAsync(browser, attempt, mira);
        var tokens = await application.RedeemAsync(attempt, page);
        Assert.True(tokens.IsSuccess);
        Assert.Equal("invalid_grant", (await application.RedeemAsync(attempt, page)).Error);
        Assert.Equal("invalid_grant", (await application.RefreshAsync(tokens.RefreshToken)).Error); // RFC 6749 §4.1.2: what it bought is revoked

        var other = application.Begin(("organization", contoso.Slug));
        var answer = await browser.GetAsync(other.Address.AbsoluteUri);
        Assert.Equal("invalid_grant", (await application.RedeemAsync(answer.Answer["code"], attempt.Verifier)).Error);
    }

    private static Task<Page> SilentAsync(RelyingParty application, HttpBrowser browser, Contoso contoso) =>
        browser.GetAsync(application.Begin(("organization", contoso.Slug), ("prompt", "none")).Address.AbsoluteUri);

    private static Task<DateTimeOffset> LastSeenAsync(Contoso contoso) =>
        contoso.Rows.FirstAsync<DateTimeOffset>("SELECT last_seen_at FROM sessions WHERE organization_id = @organization");
}
