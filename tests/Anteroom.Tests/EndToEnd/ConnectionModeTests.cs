using Anteroom.Harness;
using Anteroom.Server.Connections;

namespace Anteroom.Tests.EndToEnd;

/// <summary>Each mode of a connection from the application to the tokens, and what the administrator is told where the app registration does not fit it.</summary>
public sealed class ConnectionModeTests(SharedRig shared)
{
    internal static ConnectionSettings With(ConnectionSettings settings, string mode, CallbackStyle style = CallbackStyle.Connection) =>
        settings with
        {
            ClientKind = mode == "browser" ? ClientKind.Browser : ClientKind.Confidential,
            ResponseMode =
                mode == "hybrid" ? ResponseMode.Hybrid
                : mode == "idToken" ? ResponseMode.IdToken
                : ResponseMode.Code,
            CallbackStyle = style,
        };

    internal static ContosoOptions Options(string mode, CallbackStyle style = CallbackStyle.Connection) =>
        new() { Settings = settings => With(settings, mode, style) };

    [Fact]
    [Trait("Capability", "IMP-13")]
    [Trait("Security", "SEC-060")]
    public async Task A_person_is_the_same_user_in_every_mode()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        HashSet<string> subjects = [];
        foreach (var mode in (string[])["code", "hybrid", "idToken", "browser"])
        foreach (var style in (CallbackStyle[])[CallbackStyle.Connection, CallbackStyle.Central])
        {
            await contoso.ChangeAsync(settings => With(settings, mode, style));
            await contoso.RegisterAddressesAsync();
            using var browser = rig.NewBrowser();
            subjects.Add((await contoso.SignInAsync(application, browser, mira)).Subject);
        }
        Assert.Single(subjects);
        Assert.Equal(1, await contoso.Rows.CountAsync("users"));
        Assert.Equal(8, await contoso.Rows.CountAsync("sessions"));
    }

    [Theory]
    [InlineData("hybrid", "code id_token")]
    [InlineData("idToken", "id_token")]
    [Trait("Capability", "HEC-30")]
    [Trait("Capability", "IMP-20")]
    [Trait("Security", "SEC-067")]
    public async Task Tokens_through_the_browser_come_by_form_post_and_need_their_box(string mode, string asked)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, Options(mode));
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();
        Assert.True((await contoso.SignInAsync(application, browser, mira)).IsSuccess);

        var request = (await rig.Control.RequestsAsync($"/{contoso.TenantId}/oauth2/v2.0/authorize"))[0]["values"]!;
        Assert.Equal((asked, "form_post"), ((string?)request["response_type"], (string?)request["response_mode"]));

        var closed = await Contoso.CreateAsync(rig, Options(mode) with { IdTokenBox = false });
        var dana = await closed.AddPersonAsync("dana");
        var before = await closed.Rows.CountAsync();
        using var other = rig.NewBrowser();
        var page = await Contoso.SignInAsync(other, application.Begin(("organization", closed.Slug)), dana);
        await Refused.AssertAsync(closed, page, before, "response_type_not_enabled");
        Assert.Contains("AADSTS700054", page.Text, StringComparison.Ordinal);
        Assert.Contains("tick ID tokens", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("code", true)]
    [InlineData("code", false)]
    [InlineData("browser", true)]
    [InlineData("browser", false)]
    [Trait("Capability", "HEC-30")]
    [Trait("Capability", "IMP-17")]
    public async Task A_code_needs_no_box(string mode, bool ticked)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, Options(mode) with { IdTokenBox = ticked });
        using var browser = rig.NewBrowser();
        Assert.True((await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync())).IsSuccess);
    }

    [Fact]
    [Trait("Capability", "IMP-19")]
    [Trait("Security", "SEC-067")]
    public async Task The_implicit_mode_asks_no_token_endpoint()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, Options("idToken"));
        using var browser = rig.NewBrowser();
        Assert.True((await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync())).IsSuccess);
        Assert.Empty(await rig.Control.RequestsAsync($"/{contoso.TenantId}/oauth2/v2.0/token"));
    }

    [Theory] // the server's own platform, and the one of guides that begin with a single-page application
    [InlineData("web")]
    [InlineData("spa")]
    [Trait("Capability", "IMP-19")]
    public async Task The_implicit_mode_works_under_either_platform(string platform)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, Options("idToken") with { Platform = platform });
        using var browser = rig.NewBrowser();
        Assert.True((await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync())).IsSuccess);
    }

    [Fact]
    [Trait("Capability", "IMP-10")]
    [Trait("Capability", "IMP-16")]
    [Trait("Capability", "IMP-18")]
    [Trait("Security", "SEC-068")]
    [Trait("Security", "SEC-005")]
    public async Task A_browser_client_redeems_in_the_browser_and_nowhere_else()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, Options("browser"));
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();
        var attempt = application.Begin(("organization", contoso.Slug));
        var callback = await CallbackAttackTests.CatchAsync(rig, browser, attempt, mira);
        var page = RedemptionPage.Of(await browser.GetAsync(callback))!;

        var policy = page.Page.Headers["Content-Security-Policy"];
        Assert.Contains($"; connect-src {rig.EmulatorAddress};", policy, StringComparison.Ordinal);
        Assert.Contains($"form-action 'self' {RelyingParty.Origin.TrimEnd('/')};", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("no-referrer", page.Page.Headers["Referrer-Policy"]);
        Assert.Contains("no-store", page.Page.Headers["Cache-Control"], StringComparison.Ordinal);
        Assert.Empty(page.Page.Html.QuerySelectorAll("script:not([src]), style, [style], [onclick], [onload]"));
        Assert.Contains("needs JavaScript", page.Page.Html.QuerySelector("noscript")!.TextContent, StringComparison.Ordinal);

        Assert.True((await application.RedeemAsync(attempt, await page.FinishAsync(browser))).IsSuccess);

        var call = Assert.Single(await rig.Control.RequestsAsync($"/{contoso.TenantId}/oauth2/v2.0/token"));
        Assert.Equal(rig.Address, (string?)call["origin"]);
        Assert.DoesNotContain(call["formNames"]!.AsArray(), name => (string?)name is "client_secret" or "client_assertion");
        Assert.Contains(call["formNames"]!.AsArray(), name => (string?)name == "code_verifier");
        Assert.Equal(
            "openid profile email",
            (string?)(await rig.Control.RequestsAsync($"/{contoso.TenantId}/oauth2/v2.0/authorize"))[0]["values"]!["scope"]
        );
    }

    [Fact]
    [Trait("Capability", "IMP-04")]
    [Trait("Capability", "IMP-22")]
    public async Task A_browser_client_under_the_platform_Web_is_explained()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, Options("browser") with { Platform = "web" });
        var mira = await contoso.AddPersonAsync();
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();

        var page = await Contoso.SignInAsync(browser, application.Begin(("organization", contoso.Slug)), mira);

        await Refused.AssertAsync(contoso, page, before, "browser_redemption_failed");
        Assert.Contains("Single-page application", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Capability", "IMP-04")]
    public async Task A_servers_client_under_the_platform_of_browsers_is_explained()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { Platform = "spa" });
        var mira = await contoso.AddPersonAsync();
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();

        var page = await Contoso.SignInAsync(browser, application.Begin(("organization", contoso.Slug)), mira);

        await Refused.AssertAsync(contoso, page, before, "platform_is_spa");
    }

    [Fact]
    [Trait("Capability", "IMP-03")]
    [Trait("Security", "SEC-061")]
    public async Task A_registration_for_many_tenants_lets_in_the_configured_one_alone()
    {
        var (rig, application) = await shared.GetAsync();
        foreach (var mode in (string[])["idToken", "browser"])
        {
            var contoso = await Contoso.CreateAsync(rig, Options(mode) with { MultiTenant = true });
            using var browser = rig.NewBrowser();
            var subject = (await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync())).Subject;
            Assert.NotEmpty(subject);
            var request = (await rig.Control.RequestsAsync($"/{contoso.TenantId}/oauth2/v2.0/authorize"))[0];
            Assert.StartsWith($"/{contoso.TenantId}/", (string?)request["path"], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("idToken")]
    [InlineData("browser")]
    [Trait("Capability", "IMP-14")]
    public async Task Without_an_account_nobody_comes_in_where_accounts_must_exist(string mode)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, Options(mode) with { Provisioning = ProvisioningMode.RequireExisting });
        var (mira, jonas) = (await contoso.AddPersonAsync(), await contoso.AddPersonAsync("jonas"));
        await contoso.AddAccountAsync("mira", mira);
        var before = await contoso.Rows.CountAsync();
        using var stranger = rig.NewBrowser();
        var page = await Contoso.SignInAsync(stranger, application.Begin(("organization", contoso.Slug)), jonas);
        await Refused.AssertAsync(contoso, page, before, "account_required");
        using var browser = rig.NewBrowser();
        Assert.True((await contoso.SignInAsync(application, browser, mira)).IsSuccess);
    }

    [Theory]
    [InlineData("code")]
    [InlineData("hybrid")]
    [InlineData("idToken")]
    [InlineData("browser")]
    [Trait("Capability", "HEC-39")]
    public async Task Signing_out_goes_over_Entra_and_ends_at_the_address_of_the_mode(string mode)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, Options(mode, CallbackStyle.Central));
        using var browser = rig.NewBrowser();
        var tokens = await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync());
        var left = await browser.GetAsync(
            $"{rig.Address}/connect/endsession?id_token_hint={tokens.IdToken}&post_logout_redirect_uri={Uri.EscapeDataString(RelyingParty.SignedOutUri)}",
            follow: false
        );
        Assert.Equal(rig.Address + "/sso/callback", Queries.Read(new Uri(left.Location!))["post_logout_redirect_uri"]);
        var back = await browser.GetAsync(rig.Address + "/sso/callback");
        Assert.Equal(RelyingParty.SignedOutUri, back.Location);
        Assert.False(rig.HasSession(browser));
    }
}
