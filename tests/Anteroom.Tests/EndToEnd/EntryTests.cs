using Anteroom.Harness;

namespace Anteroom.Tests.EndToEnd;

/// <summary>What a person may type first, and what the answer tells (design.md §4).</summary>
public sealed class EntryTests(SharedRig shared)
{
    [Fact]
    [Trait("Capability", "HEL-16")]
    [Trait("Capability", "HEL-21")]
    public async Task Takes_an_existing_user_name_to_the_tenant_with_the_name_as_hint()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        var account = await contoso.AddAccountAsync(mira.UserName, mira, "manager");
        using var browser = rig.NewBrowser();

        var attempt = application.Begin();
        var entra = await TypeAsync(browser, attempt, mira.UserName);
        var authorize = browser.Visited.Last(visited => visited.AbsolutePath.EndsWith("/authorize", StringComparison.Ordinal));
        Assert.Equal($"/{contoso.TenantId}/oauth2/v2.0/authorize", authorize.AbsolutePath);
        Assert.Equal(mira.UserName, Queries.Read(authorize)["login_hint"]);

        var tokens = await application.RedeemAsync(attempt, await EntraPages.SignInAsync(browser, entra, mira));
        Assert.Equal(account.Subject, tokens.Subject);
    }

    [Fact] // OIDC Core §3.1.2.1: what is not there is passed over, and the way to the page does not forget what was asked
    [Trait("Security", "SEC-007")]
    public async Task Says_on_each_page_in_which_language_it_speaks()
    {
        var (rig, application) = await shared.GetAsync();
        using var browser = rig.NewBrowser();
        browser.ExtraHeaders["Accept-Language"] = "de";
        var question = await browser.GetAsync(application.Begin(("ui_locales", "it fr-CA")).Address.AbsoluteUri);
        Assert.Equal("en", question.Html.DocumentElement.GetAttribute("lang"));
        Assert.Equal("en", question.Headers["Content-Language"]);
        Assert.Contains("Accept-Language", question.Headers["Vary"], StringComparison.Ordinal);
    }

    [Theory] // a form's policy holds for every redirect that follows: Entra forwards a name of a federated domain to a host that nobody can name here
    [InlineData("userName", true)]
    [InlineData("code", false)]
    [Trait("Security", "SEC-005")]
    public async Task Leaves_the_form_by_a_page_where_the_provider_may_forward_at_once(string entry, bool byPage)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        await contoso.AddAccountAsync(mira.UserName, mira);
        using var browser = rig.NewBrowser();

        var question = await browser.GetAsync(application.Begin().Address.AbsoluteUri);
        var typed = new Dictionary<string, string> { ["identifier"] = entry == "code" ? contoso.Code : mira.UserName };
        var answer = await browser.SubmitAsync(question, typed, follow: false);

        var target = byPage ? answer.Refresh : answer.Location;
        Assert.StartsWith($"{rig.EmulatorAddress}/{contoso.TenantId}/oauth2/v2.0/authorize?", target!, StringComparison.Ordinal);
        Assert.Equal(byPage ? 200 : 303, (int)answer.Status);
        if (!byPage)
            return;
        Assert.Equal(target, answer.Html.QuerySelector("a.main")!.GetAttribute("href")); // where a browser does not go on by itself
        Assert.Equal("no-referrer", answer.Headers["Referrer-Policy"]);
    }

    [Fact]
    [Trait("Capability", "HEL-24")]
    public async Task Refuses_another_person_than_the_one_whose_name_was_typed()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        var jonas = await contoso.AddPersonAsync("jonas");
        await contoso.AddAccountAsync(mira.UserName, mira);
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();

        var entra = await TypeAsync(browser, application.Begin(), mira.UserName);
        var page = await EntraPages.SignInAsync(browser, entra, jonas);

        await Refused.AssertAsync(contoso, page, before, "account_mismatch");
    }

    [Fact]
    [Trait("Capability", "HEL-26")]
    [Trait("Security", "SEC-042")]
    [Trait("Security", "SEC-043")]
    public async Task Answers_every_name_that_leads_nowhere_with_the_same_page()
    {
        var (rig, application) = await shared.GetAsync();
        var disabled = await Contoso.CreateAsync(rig);
        await disabled.MoveAsync(Server.Connections.ConnectionStep.Disable);
        await disabled.AddAccountAsync("amara." + disabled.Slug, null);
        using var browser = rig.NewBrowser();

        List<string> answers = [];
        foreach (var typed in (string[])["ZZ-9999-ZZ", "nobody@nowhere.example", disabled.Code, "amara." + disabled.Slug])
        {
            var page = await TypeAsync(browser, application.Begin(), typed);
            Assert.Null(page.Reason);
            Assert.StartsWith(rig.Address + "/sign-in", page.Address.AbsoluteUri, StringComparison.Ordinal);
            Assert.NotNull(page.Html.QuerySelector("[role=alert]"));
            answers.Add($"{(int)page.Status} {page.Html.QuerySelector("[role=alert]")!.TextContent} {page.Text.Trim()}");
        }
        Assert.Single(answers.Distinct());
    }

    [Fact]
    [Trait("Capability", "HEL-26")]
    public async Task Asks_for_the_company_code_where_a_name_exists_in_several_organizations()
    {
        var (rig, application) = await shared.GetAsync();
        var one = await Contoso.CreateAsync(rig);
        var two = await Contoso.CreateAsync(rig);
        var name = "shared." + one.Slug;
        await one.AddAccountAsync(name, null);
        await two.AddAccountAsync(name, null);
        using var browser = rig.NewBrowser();

        var page = await TypeAsync(browser, application.Begin(), name);

        Assert.NotNull(page.Html.QuerySelector("[role=alert]"));
        Assert.DoesNotContain(rig.EmulatorAddress, page.Address.AbsoluteUri, StringComparison.Ordinal);
        var entra = await browser.SubmitAsync(page, new Dictionary<string, string> { ["identifier"] = two.Code });
        Assert.StartsWith(rig.EmulatorAddress, entra.Address.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Capability", "HEL-27")]
    public async Task Never_lets_a_user_name_be_a_company_code()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var fabrikam = await Contoso.CreateAsync(rig);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => fabrikam.AddAccountAsync(contoso.Code, null));
        Assert.Contains("user_name_taken", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, await fabrikam.Rows.CountAsync("users"));
    }

    [Fact]
    [Trait("Security", "SEC-010")]
    public async Task Refuses_the_answer_of_a_form_that_is_not_ours()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        using var browser = rig.NewBrowser();
        var question = await browser.GetAsync(application.Begin().Address.AbsoluteUri);

        var bare = await browser.PostAsync(
            rig.Address + "/sign-in",
            [new("identifier", contoso.Code), new("t", Queries.Read(question.Address)["t"])]
        );
        Refused.AssertPage(bare, "forgery_suspected");

        browser.ExtraHeaders["Sec-Fetch-Site"] = "cross-site";
        var crossed = await browser.SubmitAsync(question, new Dictionary<string, string> { ["identifier"] = contoso.Code });
        Refused.AssertPage(crossed, "forgery_suspected");
        Assert.DoesNotContain(
            browser.Visited,
            visited =>
                visited.AbsolutePath.EndsWith("/authorize", StringComparison.Ordinal)
                && visited.AbsoluteUri.StartsWith(rig.EmulatorAddress, StringComparison.Ordinal)
        );
    }

    private static async Task<Page> TypeAsync(HttpBrowser browser, AuthorizationAttempt attempt, string typed) =>
        await browser.SubmitAsync(
            await browser.GetAsync(attempt.Address.AbsoluteUri),
            new Dictionary<string, string> { ["identifier"] = typed }
        );
}

/// <summary>The oracle of known names answers slowly (HEL-26); on an own installation, because the limit is that of a network.</summary>
public sealed class EntryLimitTests
{
    [Fact]
    [Trait("Capability", "HEL-26")]
    [Trait("Security", "SEC-364")]
    public async Task Stops_a_network_that_tries_too_many_names()
    {
        await using var rig = await AnteroomRig.StartAsync(
            new() { Settings = new Dictionary<string, string> { ["Anteroom:IdentifyPerMinute"] = "3" } }
        );
        var application = await RelyingParty.RegisterAsync(rig);
        var contoso = await Contoso.CreateAsync(rig);
        using var browser = rig.NewBrowser();

        var page = await browser.GetAsync(application.Begin().Address.AbsoluteUri);
        List<string> said = [];
        foreach (var typed in (string[])["one-9999", "two-9999", "three-9999", "four-9999", contoso.Code])
        {
            page = await browser.SubmitAsync(page, new Dictionary<string, string> { ["identifier"] = typed });
            said.Add(page.Html.QuerySelector("[role=alert]")?.TextContent.Trim() ?? "let through");
        }

        Assert.Single(said.Take(3).Distinct());
        Assert.NotEqual(said[2], said[3]);
        Assert.Equal(said[3], said[4]); // a right code is not let through either
    }
}
