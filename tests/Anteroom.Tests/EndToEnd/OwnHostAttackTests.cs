using Anteroom.Harness;

namespace Anteroom.Tests.EndToEnd;

/// <summary>What somebody may try between hosts: none of it makes a session, and none leads from one organization to another (docs/decisions/0009).</summary>
public sealed class OwnHostAttackTests(OwnHosts hosts) : IClassFixture<OwnHosts>
{
    private AnteroomRig Rig => hosts.Rig;

    private string BeginAt(Contoso contoso) => hosts.Application.Begin(("organization", contoso.Slug)).Address.AbsoluteUri;

    [Fact]
    [Trait("Security", "SEC-032")]
    public async Task A_handle_counts_once()
    {
        var contoso = await hosts.OrganizationAsync();
        using var browser = Rig.NewBrowser();
        var address = await OwnHosts.HandleAddressAsync(browser, BeginAt(contoso));

        Assert.StartsWith(Rig.EmulatorAddress, (await browser.GetAsync(address, follow: false)).Location!, StringComparison.Ordinal);
        Refused.AssertPage(await browser.GetAsync(address, follow: false), "transaction_missing");
    }

    [Fact]
    [Trait("Security", "SEC-341")]
    public async Task Of_two_who_present_a_handle_together_one_gets_it()
    {
        var contoso = await hosts.OrganizationAsync();
        using var browser = Rig.NewBrowser();
        var rounds = TestScale.Pick(5, 50);
        for (var round = 0; round < rounds; round++)
        {
            var address = await OwnHosts.HandleAddressAsync(browser, BeginAt(contoso));
            var answers = await Task.WhenAll(
                Enumerable
                    .Range(0, 8)
                    .Select(async _ =>
                    {
                        using var tab = browser.Clone();
                        return await tab.GetAsync(address, follow: false);
                    })
            );
            Assert.Single(answers, answer => answer.Location is not null);
        }
        CampaignLog.Saw($"{rounds} rounds: {8 * rounds} presentations, {rounds} got it");
    }

    [Fact] // login CSRF: a sign-in begun by the attacker does not go on in the victim's browser
    [Trait("Security", "SEC-010")]
    [Trait("Security", "SEC-032")]
    public async Task A_handle_is_worth_nothing_in_another_browser_and_is_spent_by_the_try()
    {
        var contoso = await hosts.OrganizationAsync();
        using var attacker = Rig.NewBrowser();
        using var victim = Rig.NewBrowser();
        // The victim has been there before, and so has a cookie of that host.
        await OwnHosts.HandleAddressAsync(victim, BeginAt(contoso));
        var address = await OwnHosts.HandleAddressAsync(attacker, BeginAt(contoso));

        Refused.AssertPage(await victim.GetAsync(address, follow: false), "transaction_missing");
        Assert.DoesNotContain(victim.Cookies.Keys, cookie => cookie.Name.Contains("tx-", StringComparison.Ordinal));
        Refused.AssertPage(await attacker.GetAsync(address, follow: false), "transaction_missing");
    }

    [Fact] // the other half: the victim's browser is sent to fetch the attacker's sign-in
    [Trait("Security", "SEC-032")]
    public async Task A_sign_in_is_given_only_to_the_browser_that_began_it()
    {
        var contoso = await hosts.OrganizationAsync();
        using var attacker = Rig.NewBrowser();
        using var victim = Rig.NewBrowser();
        var begun = await attacker.GetAsync(BeginAt(contoso), follow: false);

        Refused.AssertPage(await victim.GetAsync(begun.Location!), "transaction_missing");

        // And what the attacker's browser fetches for the victim's mark opens nowhere but in the victim's browser, where no sign-in began.
        var leave = (await victim.GetAsync(begun.Location!, follow: false)).Location!;
        var stolen = (await attacker.GetAsync(leave, follow: false)).Location!;
        Refused.AssertPage(await attacker.GetAsync(stolen, follow: false), "transaction_missing");
    }

    [Fact]
    [Trait("Security", "SEC-032")]
    public async Task A_handle_is_too_old_after_a_minute()
    {
        var contoso = await hosts.OrganizationAsync();
        using var browser = Rig.NewBrowser();
        var address = await OwnHosts.HandleAddressAsync(browser, BeginAt(contoso));
        Rig.Clock.Advance(TimeSpan.FromSeconds(61));
        Refused.AssertPage(await browser.GetAsync(address, follow: false), "transaction_missing");
    }

    [Fact] // SEC-065: the ten minutes of a sign-in are counted from the application's request, over all hosts
    [Trait("Security", "SEC-065")]
    public async Task A_sign_in_that_waited_too_long_is_not_given_away()
    {
        var contoso = await hosts.OrganizationAsync();
        using var browser = Rig.NewBrowser();
        var begun = await browser.GetAsync(BeginAt(contoso), follow: false);
        Rig.Clock.Advance(TimeSpan.FromMinutes(10));
        Refused.AssertPage(await browser.GetAsync(begun.Location!), "transaction_expired");
    }

    [Fact]
    [Trait("Security", "SEC-066")]
    [Trait("Security", "SEC-261")]
    public async Task A_handle_opens_nothing_on_another_organizations_host()
    {
        var (contoso, other) = (await hosts.OrganizationAsync(), await hosts.OrganizationAsync());
        using var browser = Rig.NewBrowser();
        await OwnHosts.HandleAddressAsync(browser, BeginAt(other));
        var address = await OwnHosts.HandleAddressAsync(browser, BeginAt(contoso));
        foreach (var origin in (string[])[other.Origin, Rig.Address])
        {
            var moved = await browser.GetAsync(address.Replace(contoso.Origin, origin, StringComparison.Ordinal), follow: false);
            Refused404Or(moved, "transaction_missing");
        }
        Assert.NotNull((await browser.GetAsync(address, follow: false)).Location); // and is still whole
    }

    [Theory]
    [InlineData("")]
    [InlineData("?t=x")]
    [InlineData("?handle=")]
    [InlineData("?handle=ho_nothing")]
    [InlineData("?handle=a&handle=b")]
    [InlineData("?t=aaaaaaaaaaaaaaaaaaaaaaaaaa&handle=b")]
    [Trait("Security", "SEC-015")]
    public async Task Nonsense_in_place_of_a_handle_is_refused(string query)
    {
        var contoso = await hosts.OrganizationAsync();
        using var browser = Rig.NewBrowser();
        Refused.AssertPage(await browser.GetAsync($"{contoso.Origin}/sign-in/enter{query}", follow: false), "request_invalid");
        Refused.AssertPage(await browser.GetAsync($"{contoso.Origin}/sign-out/enter{query}", follow: false), "request_invalid");
        Refused.AssertPage(await browser.GetAsync($"{Rig.Address}/sign-in/leave{query}", follow: false), "request_invalid");
    }

    [Fact]
    [Trait("Security", "SEC-036")]
    [Trait("Security", "SEC-039")]
    public async Task The_host_of_a_disabled_organization_lets_nobody_in()
    {
        var contoso = await hosts.OrganizationAsync();
        var mira = await contoso.AddPersonAsync();
        using var browser = Rig.NewBrowser();
        using var half = Rig.NewBrowser();
        await contoso.SignInAsync(hosts.Application, browser, mira);
        var waiting = await OwnHosts.HandleAddressAsync(half, BeginAt(contoso));

        await contoso.ChangeAsync(current => current with { Status = Server.Organizations.OrganizationStatus.Disabled });
        await Poll.UntilAsync(
            "the organization is switched off",
            TimeSpan.FromSeconds(5),
            async () => (await browser.GetAsync(BeginAt(contoso))).Reason == "organization_disabled"
        );
        Refused.AssertPage(await half.GetAsync(waiting, follow: false), "organization_disabled");
        var direct = contoso.Origin + hosts.Application.Begin(("prompt", "none")).Address.PathAndQuery;
        Refused.AssertPage(await browser.GetAsync(direct), "organization_disabled");
    }

    [Fact]
    [Trait("Capability", "IMP-06")]
    [Trait("Security", "SEC-014")]
    public async Task An_unknown_label_and_an_organization_of_the_base_host_answer_alike()
    {
        var plain = await Contoso.CreateAsync(Rig);
        using var browser = Rig.NewBrowser();
        var unknown = await browser.GetAsync($"https://nobody.{AnteroomRig.OrganizationDomain}/connect/authorize");
        var known = await browser.GetAsync($"https://{plain.Slug}.{AnteroomRig.OrganizationDomain}/connect/authorize");
        Assert.Equal((404, unknown.Text), ((int)known.Status, known.Text));
        Assert.Equal(unknown.Status, known.Status);
        var foreign = await browser.GetAsync($"https://a.b.{AnteroomRig.OrganizationDomain}/connect/authorize");
        Assert.Equal((400, "host_unknown"), ((int)foreign.Status, foreign.Reason));
    }

    [Fact] // a cookie that was carried to another host, by whatever means, is nothing there
    [Trait("Security", "SEC-031")]
    public async Task A_session_counts_on_its_own_host_alone()
    {
        var (contoso, other) = (await hosts.OrganizationAsync(), await hosts.OrganizationAsync());
        var plain = await Contoso.CreateAsync(Rig);
        using var browser = Rig.NewBrowser();
        await contoso.SignInAsync(hosts.Application, browser, await contoso.AddPersonAsync());
        await plain.SignInAsync(hosts.Application, browser, await plain.AddPersonAsync());
        var sessions = browser.Cookies.Where(cookie => cookie.Key.Name.Contains("anteroom-session-", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, sessions.Count);
        foreach (var origin in (string[])[Rig.Address, contoso.Origin, other.Origin])
        foreach (var (key, value) in sessions)
            browser.SetCookie(new Uri(origin).Host, key.Name, value);

        // At the base host the session of the organization with a host is none: one is left, and no chooser is shown.
        var anyone = hosts.Application.Begin(("prompt", "none"));
        Assert.Equal(
            plain.Slug,
            (string?)(await hosts.Application.RedeemAsync(anyone, await browser.GetAsync(anyone.Address.AbsoluteUri))).Claims["org_slug"]
        );
        var there = hosts.Application.Begin(("organization", other.Slug), ("prompt", "none"));
        Assert.Equal("login_required", (await browser.GetAsync(there.Address.AbsoluteUri)).Answer["error"]);
        var chooser = hosts.Application.Begin(("organization", contoso.Slug), ("prompt", "select_account"));
        Assert.Single((await browser.GetAsync(chooser.Address.AbsoluteUri)).Html.QuerySelectorAll("button.account"));
    }

    [Fact]
    [Trait("Security", "SEC-032")]
    [Trait("Security", "SEC-066")]
    public async Task A_transaction_does_not_run_on_another_host()
    {
        var (contoso, other) = (await hosts.OrganizationAsync(), await hosts.OrganizationAsync());
        var mira = await contoso.AddPersonAsync();
        var before = await contoso.Rows.CountAsync();
        using var browser = Rig.NewBrowser();
        browser.StopAt = contoso.Origin + "/sso/";
        var callback = new Uri(
            (await Contoso.SignInAsync(browser, hosts.Application.Begin(("organization", contoso.Slug)), mira)).Location!
        );
        var transaction = browser.Cookies.Single(cookie => cookie.Key.Name.Contains("tx-", StringComparison.Ordinal));

        foreach (var origin in (string[])[other.Origin, Rig.Address])
        {
            browser.SetCookie(new Uri(origin).Host, transaction.Key.Name, transaction.Value);
            Assert.Equal(404, (int)(await browser.GetAsync(origin + callback.PathAndQuery, follow: false)).Status);
            var id = transaction.Key.Name[(transaction.Key.Name.IndexOf("tx-", StringComparison.Ordinal) + 3)..];
            Refused.AssertPage(await browser.GetAsync($"{origin}/sign-in/account?t={id}", follow: false), "transaction_missing");
        }
        Assert.Equal(before, await contoso.Rows.CountAsync());
        browser.StopAt = RelyingParty.Origin;
        Assert.True((await browser.GetAsync(callback.AbsoluteUri)).Answer.ContainsKey("code"));
    }

    [Fact]
    [Trait("Security", "SEC-261")]
    public async Task A_foreign_organization_or_its_application_gets_nobody_from_this_host()
    {
        var (contoso, other) = (await hosts.OrganizationAsync(), await hosts.OrganizationAsync());
        var foreign = await RelyingParty.RegisterAsync(Rig, other.Organization.Id);
        using var browser = Rig.NewBrowser();
        await contoso.SignInAsync(hosts.Application, browser, await contoso.AddPersonAsync());

        var theirs = await browser.GetAsync(contoso.Origin + foreign.Begin().Address.PathAndQuery);
        Assert.Equal("invalid_request", theirs.Answer["error"]);
        var named = hosts.Application.Begin(("organization", other.Slug));
        Assert.Equal("invalid_request", (await browser.GetAsync(contoso.Origin + named.Address.PathAndQuery)).Answer["error"]);
        // A name that leads elsewhere does not lead away from this host either.
        var here = hosts.Application.Begin(("organization", "nobody"), ("prompt", "none"));
        Assert.True((await browser.GetAsync(contoso.Origin + here.Address.PathAndQuery)).Answer.ContainsKey("code"));
    }

    [Fact]
    [Trait("Security", "SEC-108")]
    public async Task A_handle_for_signing_out_ends_only_what_this_browser_holds()
    {
        var contoso = await hosts.OrganizationAsync();
        var (mira, jonas) = (await contoso.AddPersonAsync(), await contoso.AddPersonAsync("jonas"));
        using var browser = Rig.NewBrowser();
        using var victim = Rig.NewBrowser();
        var tokens = await contoso.SignInAsync(hosts.Application, browser, mira);
        await contoso.SignInAsync(hosts.Application, victim, jonas);
        var end = Queries.Build(Rig.Address + "/connect/endsession", [new("id_token_hint", tokens.IdToken)]).AbsoluteUri;
        var address = (await browser.GetAsync(end, follow: false)).Location!;

        var asked = await victim.GetAsync(address, follow: false);
        Assert.NotNull(asked.Html.QuerySelector("form[method=post]")); // the hint is not of this browser's session: the person is asked
        Assert.Equal(2, await contoso.Rows.CountAsync("sessions"));
        Refused.AssertPage(await browser.GetAsync(address, follow: false), "transaction_missing");
    }

    private static void Refused404Or(Page page, string reason) =>
        Assert.True((int)page.Status == 404 || page.Reason == reason, $"{(int)page.Status} {page.Location} {page.Text}");
}
