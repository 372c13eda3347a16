using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.SignIn.Consent;
using Anteroom.Tests.Console;
using Microsoft.AspNetCore.DataProtection;

namespace Anteroom.Tests.EndToEnd.Sharing;

/// <summary>Where people may not consent for themselves: who they ask and how, and what an answer of admin consent is worth here, which is nothing.</summary>
public sealed class AdminConsentTests(SharedRig shared)
{
    private const string ConsentLink = "a[href*='/v2.0/adminconsent']";

    [Fact]
    [Trait("Capability", "HEC-20")]
    [Trait("Security", "SEC-065")]
    public async Task Who_needs_an_administrator_switches_accounts_at_Entra_and_one_answer_comes_back()
    {
        var (rig, application) = await shared.GetAsync();
        var (contoso, _) = await StrictAsync(rig);
        var (mira, ada) = (await contoso.AddPersonAsync(), await contoso.AddPersonAsync("ada", new { isAdministrator = true }));
        using var browser = rig.NewBrowser();

        var attempt = application.Begin(("organization", contoso.Slug));
        var stopped = await Contoso.SignInAsync(browser, attempt, mira);
        Assert.Contains("Need admin approval", stopped.Text, StringComparison.Ordinal);
        var switched = await browser.SubmitAsync(stopped, button: "switch");
        var answered = await EntraPages.SignInAsync(browser, switched, ada, consent: Consent.ForMyself);

        Assert.True((await application.RedeemAsync(attempt, answered)).IsSuccess); // with the state of the beginning
        Assert.Equal([(contoso.TenantId, ada.ObjectId)], await contoso.Rows.IdentitiesAsync());
        Assert.Single(browser.Visited, address => address.AbsolutePath == "/sso/callback");
        var callback = browser.Visited.Single(address => address.AbsolutePath == "/sso/callback");
        Refused.AssertPage(await browser.GetAsync(callback.AbsoluteUri), "transaction_missing");
        Assert.Equal(1, await contoso.Rows.CountAsync("users"));
    }

    [Fact]
    [Trait("Capability", "HEC-20")]
    public async Task Who_comes_back_without_consent_is_told_whom_to_send_what_and_tries_another_account()
    {
        var (rig, application) = await shared.GetAsync();
        var (contoso, _) = await StrictAsync(rig);
        var (mira, ada) = (await contoso.AddPersonAsync(), await contoso.AddPersonAsync("ada", new { isAdministrator = true }));
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();

        var attempt = application.Begin(("organization", contoso.Slug));
        var back = await browser.SubmitAsync(await Contoso.SignInAsync(browser, attempt, mira), button: "back");

        await Refused.AssertAsync(contoso, back, before, "admin_consent_required");
        var link = back.Html.QuerySelector(ConsentLink)!.GetAttribute("href")!;
        var mail = Uri.UnescapeDataString(back.Html.QuerySelector("a[href^='mailto:']")!.GetAttribute("href")!);
        Assert.Contains(link, mail, StringComparison.Ordinal);
        Assert.Contains(link, back.Html.QuerySelector("textarea")!.TextContent, StringComparison.Ordinal);

        var entra = await browser.ClickAsync(back, "Sign in with another account");
        Assert.Contains(
            browser.Visited,
            address =>
                address.AbsolutePath.EndsWith("/authorize", StringComparison.Ordinal)
                && Queries.Read(address).GetValueOrDefault("prompt") == "select_account"
        );
        var answered = await EntraPages.SignInAsync(browser, entra, ada, consent: Consent.ForAll);
        Assert.True((await application.RedeemAsync(attempt, answered)).IsSuccess);

        using var ordinary = rig.NewBrowser();
        Assert.True((await contoso.SignInAsync(application, ordinary, mira)).IsSuccess);
    }

    [Fact] // asked, and declined: the same page, because who may not say yes has no other button
    [Trait("Capability", "HEC-20")]
    public async Task Who_declines_is_offered_the_same_and_who_gives_up_earlier_goes_back_to_the_application()
    {
        var (rig, application) = await shared.GetAsync();
        var (contoso, _) = await StrictAsync(rig, userConsent: "allowed");
        using var browser = rig.NewBrowser();
        var attempt = application.Begin(("organization", contoso.Slug));
        var declined = await browser.SubmitAsync(
            await Contoso.SignInAsync(browser, attempt, await contoso.AddPersonAsync()),
            button: "cancel"
        );
        Assert.Equal("consent_required", declined.Reason);
        Assert.NotNull(declined.Html.QuerySelector(ConsentLink));

        using var other = rig.NewBrowser();
        var left = await other.SubmitAsync(
            await other.GetAsync(application.Begin(("organization", contoso.Slug)).Address.AbsoluteUri),
            button: "cancel"
        );
        Assert.Equal("access_denied", left.Answer["error"]);
    }

    [Fact]
    [Trait("Capability", "HEC-19")]
    [Trait("Security", "SEC-063")]
    public async Task The_link_consents_for_everybody_and_connects_nothing()
    {
        var (rig, application) = await shared.GetAsync();
        var app = await SharedApp.CreateAsync(rig);
        var contoso = await Contoso.CreateAsync(rig, new() { Shared = app });
        var scene = new ConsoleScene(rig);
        using var console = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var page = await console.GetAsync(scene.AddressOf(contoso.Organization, $"connections/{contoso.Connection.Id}/tenants"));
        Assert.Contains("Grant admin consent", page.Text, StringComparison.Ordinal);
        var link = new Uri(page.Html.QuerySelector(ConsentLink)!.GetAttribute("href")!);
        Assert.Equal("/organizations/v2.0/adminconsent", link.AbsolutePath);
        Assert.Equal(app.ClientId.ToString(), Queries.Read(link)["client_id"]);

        using var administrator = rig.NewBrowser(); // of the tenant: another person, another browser, nobody of ours
        var answer = await EntraPages.SignInAsync(
            administrator,
            await administrator.GetAsync(link.AbsoluteUri),
            await contoso.AddPersonAsync("ada", new { isAdministrator = true }),
            consent: Consent.ForAll
        );

        Assert.Equal((HttpStatusCode.OK, "/sso/admin-consent"), (answer.Status, answer.Address.AbsolutePath));
        Assert.Contains("Microsoft reports that consent was given", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(contoso.TenantId.ToString(), answer.Body, StringComparison.Ordinal);
        Assert.Equal(0, await contoso.Rows.CountAsync("tenant_bindings"));
        await app.BindAsync(contoso.Organization.Id, contoso.TenantId);
        using var browser = rig.NewBrowser();
        Assert.True((await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync())).IsSuccess);
    }

    [Fact] // "my consent, your page"
    [Trait("Capability", "HEC-21")]
    [Trait("Security", "SEC-063")]
    public async Task Consent_of_a_strange_tenant_by_the_victims_link_lets_nobody_in()
    {
        var (rig, application) = await shared.GetAsync();
        var (contoso, app) = await StrictAsync(rig, userConsent: "allowed");
        await app.BindAsync(contoso.Organization.Id, Guid.Parse("44444444-4444-4444-8444-444444444444")); // the authority for all organizations
        var evil = await Contoso.CreateAsync(rig);
        var mallory = await evil.AddPersonAsync("mallory", new { isAdministrator = true });
        var link = (await rig.Get<AdminConsentLinks>().OfAsync(contoso.Connection, default))!;
        using var browser = rig.NewBrowser();

        var answer = await EntraPages.SignInAsync(browser, await browser.GetAsync(link.AbsoluteUri), mallory, consent: Consent.ForAll);
        Assert.Equal("/sso/admin-consent", answer.Address.AbsolutePath);
        var forged = Queries.Build(
            rig.Address + "/sso/admin-consent",
            [
                new("admin_consent", "True"),
                new("tenant", evil.TenantId.ToString()),
                new("state", Queries.Read(link)["state"]),
                new("organization", contoso.Slug),
            ]
        );
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(forged.AbsoluteUri)).Status); // says the same to everybody, and does nothing
        Assert.Equal(2, await contoso.Rows.CountAsync("tenant_bindings"));

        var before = await contoso.Rows.CountAsync();
        var page = await Contoso.SignInAsync(browser, application.Begin(("organization", contoso.Slug)), mallory);
        await Refused.AssertAsync(contoso, page, before, "tenant_not_bound");
    }

    [Fact]
    [Trait("Capability", "HEC-20")]
    public async Task An_administrator_who_declines_is_told_that_nothing_changed()
    {
        var (rig, _) = await shared.GetAsync();
        var (contoso, _) = await StrictAsync(rig);
        var link = (await rig.Get<AdminConsentLinks>().OfAsync(contoso.Connection, default))!;
        var ada = await contoso.AddPersonAsync("ada", new { isAdministrator = true });
        using var browser = rig.NewBrowser();

        var asked = await EntraPages.SignInAsync(browser, await browser.GetAsync(link.AbsoluteUri), ada);
        var page = await browser.SubmitAsync(asked, button: "cancel");

        Assert.Equal((HttpStatusCode.Forbidden, "/sso/admin-consent"), (page.Status, page.Address.AbsolutePath));
        Assert.Contains("Consent was not given", page.Text, StringComparison.Ordinal);
        Assert.Contains("AADSTS65004", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "callback_invalid")]
    [InlineData("admin_consent=True&tenant={tenant}", "callback_invalid")]
    [InlineData("admin_consent=True&tenant={tenant}&state={state}&state={state}", "callback_invalid")]
    [InlineData("admin_consent=True&tenant={tenant}&tenant={tenant}&state={state}", "callback_invalid")]
    [InlineData("admin_consent=True&tenant={tenant}&State=x&state={state}", "callback_invalid")]
    [InlineData("admin_consent=True&tenant=<b>evil</b>&state={state}", "callback_invalid")]
    [InlineData("admin_consent=True&state={state}", "callback_invalid")]
    [InlineData("admin_consent=False&tenant={tenant}&state={state}", "callback_invalid")]
    [InlineData("admin_consent=True&tenant={tenant}&state={state}x", "admin_consent_unknown")]
    [InlineData("admin_consent=True&tenant={tenant}&state=AAAA", "admin_consent_unknown")]
    [InlineData("admin_consent=True&tenant={tenant}&state={long}", "callback_invalid")]
    [InlineData("error=access_denied&error_description=%3Cb%3ECall+555-0100%3C%2Fb%3E&state=AAAA", "admin_consent_unknown")]
    [Trait("Security", "SEC-015")]
    [Trait("Security", "SEC-018")]
    [Trait("Security", "SEC-065")]
    public async Task Refuses_answers_that_Entra_never_sent(string query, string reason)
    {
        var (rig, _) = await shared.GetAsync();
        var (contoso, _) = await StrictAsync(rig);
        var state = Queries.Read((await rig.Get<AdminConsentLinks>().OfAsync(contoso.Connection, default))!)["state"];
        using var browser = rig.NewBrowser();

        var page = await browser.GetAsync(
            $"{rig.Address}/sso/admin-consent?"
                + query
                    .Replace("{tenant}", contoso.TenantId.ToString(), StringComparison.Ordinal)
                    .Replace("{state}", state, StringComparison.Ordinal)
                    .Replace("{long}", new string('A', 1025), StringComparison.Ordinal)
        );

        Refused.AssertPage(page, reason);
        Assert.DoesNotContain("555-0100", page.Body, StringComparison.Ordinal);
        Assert.Equal(1, await contoso.Rows.CountAsync("tenant_bindings"));
        var posted = await browser.PostAsync($"{rig.Address}/sso/admin-consent", [new("admin_consent", "True"), new("state", state)]);
        Assert.InRange((int)posted.Status, 400, 499);
    }

    [Fact]
    [Trait("Security", "SEC-324")]
    public async Task An_answer_of_nobodys_is_in_the_platforms_trail()
    {
        var (rig, _) = await shared.GetAsync();
        using var browser = rig.NewBrowser();
        var page = await browser.GetAsync($"{rig.Address}/sso/admin-consent?admin_consent=True&tenant={Guid.Empty}&state=AAAA");
        Assert.Equal("admin_consent_unknown", page.Reason);
        var rows = await new OrganizationRows(rig.Database, OrganizationId.Platform).AuditAsync("admin_consent.refused");
        Assert.Contains(rows, row => row.CorrelationId == page.CorrelationId);
    }

    [Fact]
    [Trait("Security", "SEC-065")]
    public async Task A_link_is_known_for_seven_days_and_for_its_organization()
    {
        var (rig, _) = await shared.GetAsync();
        var (contoso, _) = await StrictAsync(rig);
        using var clock = ManualClock.CreateNew();
        var links = ActivatorUtilities.CreateInstance<AdminConsentLinks>(rig.Services, clock, rig.Get<IDataProtectionProvider>());
        var state = Queries.Read((await links.OfAsync(contoso.Connection, default))!)["state"];

        Assert.Equal(contoso.Organization.Id, links.OrganizationOf(state));
        clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        Assert.Equal(contoso.Organization.Id, links.OrganizationOf(state));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(links.OrganizationOf(state));
        Assert.Null(await links.OfAsync((await Contoso.CreateAsync(rig)).Connection, default)); // an own app needs none of ours
    }

    /// <summary>An organization whose tenant is bound, where nobody has consented yet and people may not.</summary>
    private static async Task<(Contoso, SharedApp)> StrictAsync(AnteroomRig rig, string userConsent = "none")
    {
        var app = await SharedApp.CreateAsync(rig);
        var contoso = await Contoso.CreateAsync(rig, new() { Shared = app });
        await app.BindAsync(contoso.Organization.Id, contoso.TenantId);
        await rig.Control.PatchAsync($"tenants/{contoso.TenantId}", new { policies = new { userConsent } });
        return (contoso, app);
    }
}
