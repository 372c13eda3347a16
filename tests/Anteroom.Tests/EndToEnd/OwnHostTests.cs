using System.Net;
using Anteroom.Harness;

namespace Anteroom.Tests.EndToEnd;

/// <summary>An organization with its own host signs in wholly there; the issuer stays the base URL (design.md §4).</summary>
public sealed class OwnHostTests(OwnHosts hosts) : IClassFixture<OwnHosts>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    private AnteroomRig Rig => hosts.Rig;

    [Fact]
    [Trait("Capability", "IMP-06")]
    [Trait("Security", "SEC-001")]
    public async Task Transaction_callback_session_and_code_are_of_the_organizations_host()
    {
        var contoso = await hosts.OrganizationAsync();
        var mira = await contoso.AddPersonAsync();
        using var browser = Rig.NewBrowser();
        Assert.Equal($"https://{contoso.Slug}.{AnteroomRig.OrganizationDomain}", contoso.Origin);

        var attempt = hosts.Application.Begin(("organization", contoso.Slug));
        var page = await Contoso.SignInAsync(browser, attempt, mira);

        var host = new Uri(contoso.Origin).Host;
        string[] ours = [.. browser.Visited.Where(at => at.Scheme == "https").Select(at => $"{at.Host == host} {at.AbsolutePath}")];
        Assert.Equal(
            [
                "False /connect/authorize",
                "True /sign-in/enter",
                "False /sign-in/leave",
                "True /sign-in/enter",
                $"True /sso/{contoso.Connection.Key}/callback",
            ],
            ours
        );
        Assert.Equal(Rig.Address, page.Answer["iss"]);
        var authorize = browser.Visited.Single(at => at.AbsolutePath.EndsWith("/oauth2/v2.0/authorize", StringComparison.Ordinal));
        Assert.Equal(contoso.RedirectUri, Queries.Read(authorize)["redirect_uri"]);
        Assert.Equal(
            host,
            Assert.Single(browser.Cookies.Keys, cookie => cookie.Name.Contains("anteroom-session-", StringComparison.Ordinal)).Host
        );
        Assert.DoesNotContain(browser.Cookies.Keys, cookie => cookie.Name.Contains("tx-", StringComparison.Ordinal));

        var tokens = await hosts.Application.RedeemAsync(attempt, page);
        Assert.Equal(Rig.Address, (string?)tokens.Claims["iss"]);
        Assert.Equal(contoso.Slug, (string?)tokens.Claims["org_slug"]);
        Assert.Equal(HttpStatusCode.OK, (await hosts.Application.CallAsync("/connect/userinfo", tokens.AccessToken)).Status);
        Assert.True((await hosts.Application.RefreshAsync(tokens.RefreshToken)).IsSuccess);
    }

    [Fact] // nobody signs in by a shared app there (docs/decisions/0025)
    [Trait("Security", "SEC-005")]
    public async Task Has_no_sign_out_address_of_shared_apps()
    {
        var contoso = await hosts.OrganizationAsync();
        using var browser = Rig.NewBrowser();
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(contoso.Origin + "/sso/logout?sid=a")).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(Rig.Address + "/sso/logout?sid=a")).Status);
    }

    [Theory] // design.md §4: every step of the discovery leads to the host
    [InlineData("code")]
    [InlineData("userName")]
    [InlineData("application")]
    [InlineData("host")]
    [InlineData("hint")]
    [Trait("Capability", "IMP-06")]
    public async Task Every_way_to_find_the_organization_ends_on_its_host(string way)
    {
        var contoso = await hosts.OrganizationAsync();
        var mira = await contoso.AddPersonAsync();
        var application = way == "application" ? await RelyingParty.RegisterAsync(Rig, contoso.Organization.Id) : hosts.Application;
        using var browser = Rig.NewBrowser();
        AuthorizationAttempt attempt;
        Page page;
        switch (way)
        {
            case "code" or "userName":
                await contoso.AddAccountAsync(mira.UserName, mira);
                attempt = application.Begin();
                var question = await browser.GetAsync(attempt.Address.AbsoluteUri);
                var typed = new Dictionary<string, string> { ["identifier"] = way == "code" ? contoso.Code : mira.UserName };
                var answer = await browser.SubmitAsync(question, typed, follow: false);
                Assert.StartsWith(contoso.Origin + "/sign-in/enter?", answer.Refresh!, StringComparison.Ordinal); // not a redirect: form-action
                page = await browser.GetAsync(answer.Refresh!);
                break;
            case "host":
                attempt = application.Begin();
                page = await browser.GetAsync(contoso.Origin + attempt.Address.PathAndQuery);
                break;
            case "hint":
                using (var before = Rig.NewBrowser())
                    attempt = application.Begin(
                        ("id_token_hint", (await contoso.SignInAsync(application, before, mira)).IdToken),
                        ("scope", "openid")
                    );
                page = await browser.GetAsync(attempt.Address.AbsoluteUri);
                break;
            default:
                attempt = application.Begin();
                page = await browser.GetAsync(attempt.Address.AbsoluteUri);
                break;
        }

        var tokens = await application.RedeemAsync(attempt, await EntraPages.SignInAsync(browser, page, mira));
        Assert.True(tokens.IsSuccess);
        Assert.Equal(new Uri(contoso.Origin).Host, browser.Visited[^1].Host);
    }

    [Fact]
    public async Task The_session_there_serves_the_next_request_with_and_without_a_question()
    {
        var contoso = await hosts.OrganizationAsync();
        var mira = await contoso.AddPersonAsync();
        using var browser = Rig.NewBrowser();
        await contoso.SignInAsync(hosts.Application, browser, mira);
        browser.Visited.Clear();

        foreach (var prompt in (string?[])[null, "none"])
        {
            var attempt = hosts.Application.Begin(("organization", contoso.Code), ("prompt", prompt));
            Assert.True(
                (await hosts.Application.RedeemAsync(attempt, await browser.GetAsync(attempt.Address.AbsoluteUri))).IsSuccess,
                prompt
            );
        }
        Assert.DoesNotContain(browser.Visited, at => at.Scheme == "http"); // Entra was not asked
    }

    [Fact] // OIDC Core §3.1.2.6
    [Trait("Security", "SEC-044")]
    public async Task A_request_without_questions_is_answered_there_when_nobody_is_signed_in()
    {
        var contoso = await hosts.OrganizationAsync();
        using var browser = Rig.NewBrowser();
        var attempt = hosts.Application.Begin(("organization", contoso.Slug), ("prompt", "none"));

        var page = await browser.GetAsync(attempt.Address.AbsoluteUri);
        Assert.Equal("login_required", page.Answer["error"]);
        Assert.Equal((attempt.State, Rig.Address), (page.Answer["state"], page.Answer["iss"]));
        Assert.Equal(new Uri(contoso.Origin).Host, page.Address.Host);

        // In a frame of another site no cookie would come along: the answer is the same, and no page of ours is tried.
        using var framed = Rig.NewBrowser();
        framed.ExtraHeaders["Sec-Fetch-Site"] = "cross-site";
        framed.ExtraHeaders["Sec-Fetch-Dest"] = "iframe";
        var told = await framed.GetAsync(attempt.Address.AbsoluteUri);
        Assert.Equal("login_required", told.Answer["error"]);
        Assert.Single(framed.Visited);
    }

    [Fact] // design.md §4: a transaction begun with a user name ends as that user or is refused
    [Trait("Capability", "HEL-24")]
    public async Task A_typed_user_name_is_not_answered_by_a_colleagues_session()
    {
        var contoso = await hosts.OrganizationAsync();
        var mira = await contoso.AddPersonAsync();
        var jonas = await contoso.AddPersonAsync("jonas");
        var account = await contoso.AddAccountAsync(jonas.UserName, jonas);
        using var browser = Rig.NewBrowser();
        await contoso.SignInAsync(hosts.Application, browser, mira);

        var attempt = hosts.Application.Begin();
        var question = await browser.GetAsync(attempt.Address.AbsoluteUri);
        var entra = await browser.SubmitAsync(question, new Dictionary<string, string> { ["identifier"] = jonas.UserName });
        Assert.Equal(
            jonas.UserName,
            Queries.Read(browser.Visited.Last(at => at.AbsolutePath.EndsWith("/authorize", StringComparison.Ordinal)))["login_hint"]
        );
        var tokens = await hosts.Application.RedeemAsync(attempt, await EntraPages.SignInAsync(browser, entra, jonas));
        Assert.Equal(account.Subject, tokens.Subject);
    }

    [Fact]
    [Trait("Capability", "HEC-39")]
    [Trait("Security", "SEC-035")]
    [Trait("Security", "SEC-108")]
    public async Task Signing_out_at_the_base_host_goes_on_to_the_organizations_and_clears_its_cookie()
    {
        var contoso = await hosts.OrganizationAsync();
        var mira = await contoso.AddPersonAsync();
        using var browser = Rig.NewBrowser();
        var tokens = await contoso.SignInAsync(hosts.Application, browser, mira);
        Assert.True(Rig.HasSession(browser));

        var entra = await browser.GetAsync(
            Queries
                .Build(
                    Rig.Address + "/connect/endsession",
                    [
                        new("id_token_hint", tokens.IdToken),
                        new("post_logout_redirect_uri", RelyingParty.SignedOutUri),
                        new("state", "farewell"),
                    ]
                )
                .AbsoluteUri
        );
        Assert.Equal(0, await contoso.Rows.CountAsync("sessions"));
        Assert.False(Rig.HasSession(browser));
        Assert.Equal(contoso.RedirectUri, Queries.Read(entra.Address)["post_logout_redirect_uri"]);
        Assert.DoesNotContain(
            browser.Visited,
            at => at.Host == new Uri(contoso.Origin).Host && at.Query.Contains("id_token", StringComparison.Ordinal)
        );
        var back = await browser.GetAsync(entra.Html.QuerySelector("#continue")!.GetAttribute("href")!);
        Assert.Equal(RelyingParty.SignedOutUri + "?state=farewell", back.Location);
    }

    [Fact] // each host has forms of its own
    [Trait("Security", "SEC-009")]
    [Trait("Security", "SEC-010")]
    public async Task The_question_before_signing_out_is_asked_and_answered_on_that_host()
    {
        var contoso = await hosts.OrganizationAsync();
        var mira = await contoso.AddPersonAsync();
        using var browser = Rig.NewBrowser();
        await contoso.SignInAsync(hosts.Application, browser, mira);

        var page = await browser.GetAsync(contoso.Origin + "/connect/endsession");
        Assert.StartsWith(contoso.Origin, page.Address.AbsoluteUri, StringComparison.Ordinal);
        browser.ExtraHeaders["Origin"] = Rig.Address;
        Assert.Equal("forgery_suspected", (await browser.SubmitAsync(page, follow: false)).Reason);
        browser.ExtraHeaders["Origin"] = contoso.Origin;
        await browser.SubmitAsync(page, follow: false);
        Assert.Equal(0, await contoso.Rows.CountAsync("sessions"));
    }

    [Fact] // OIDC Front-Channel Logout §2
    [Trait("Capability", "HEC-29")]
    [Trait("Security", "SEC-005")]
    public async Task Entras_sign_out_reaches_the_session_on_that_host()
    {
        var contoso = await hosts.OrganizationAsync();
        var mira = await contoso.AddPersonAsync();
        using var browser = Rig.NewBrowser();
        await contoso.SignInAsync(hosts.Application, browser, mira);

        var choice = await browser.GetAsync($"{Rig.EmulatorAddress}/{contoso.TenantId}/oauth2/v2.0/logout");
        var signedOut = await browser.SubmitAsync(choice, button: mira.ObjectId.ToString());
        var frame = Assert.Single(signedOut.Html.QuerySelectorAll("iframe")).GetAttribute("src")!;
        Assert.StartsWith(contoso.Origin, frame, StringComparison.Ordinal);
        var other = await hosts.OrganizationAsync();
        using var cookieless = Rig.NewBrowser();
        Assert.Equal(404, (int)(await cookieless.GetAsync(frame.Replace(contoso.Origin, other.Origin, StringComparison.Ordinal))).Status);
        Assert.Equal(1, await contoso.Rows.CountAsync("sessions"));
        Assert.Equal(200, (int)(await cookieless.GetAsync(frame)).Status);
        Assert.Equal(0, await contoso.Rows.CountAsync("sessions"));
    }

    [Fact] // a change of the setting moves the addresses; sessions of the former host do not count any more
    public async Task An_organization_that_gets_a_host_moves_there_with_its_addresses()
    {
        var contoso = await Contoso.CreateAsync(Rig);
        var mira = await contoso.AddPersonAsync();
        using var browser = Rig.NewBrowser();
        await contoso.SignInAsync(hosts.Application, browser, mira);
        var former = contoso.RedirectUri;

        await contoso.ChangeAsync(current => current with { Settings = current.Settings with { OwnHost = true } });
        Assert.NotEqual(former, contoso.RedirectUri);
        var attempt = hosts.Application.Begin(("organization", contoso.Slug), ("prompt", "none"));
        await Poll.UntilAsync(
            "the session of the base host ends",
            Soon,
            async () => (await browser.GetAsync(attempt.Address.AbsoluteUri)).Answer.GetValueOrDefault("error") == "login_required"
        );

        await contoso.RegisterAddressesAsync();
        Assert.True((await contoso.SignInAsync(hosts.Application, browser, mira)).IsSuccess);
        Assert.Equal(404, (int)(await browser.GetAsync(former)).Status);

        var host = contoso.Origin;
        await contoso.ChangeAsync(current => current with { Settings = current.Settings with { OwnHost = false } });
        using var late = Rig.NewBrowser();
        await Poll.UntilAsync("the host is gone", Soon, async () => (int)(await late.GetAsync(host + "/connect/endsession")).Status == 404);
    }
}
