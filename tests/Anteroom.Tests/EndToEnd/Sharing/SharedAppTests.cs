using Anteroom.Harness;
using Anteroom.Server.Connections;
using Anteroom.Server.Connections.SharedApp;

namespace Anteroom.Tests.EndToEnd.Sharing;

/// <summary>A connection without any id of the customer's: the operator's app registration, and the tenants that are bound to the organization.</summary>
public sealed class SharedAppTests(SharedRig shared)
{
    [Fact]
    [Trait("Capability", "HEC-17")]
    [Trait("Security", "SEC-063")]
    public async Task An_organization_signs_in_by_the_shared_app_without_any_id_of_its_own()
    {
        var (rig, application) = await shared.GetAsync();
        var app = await SharedApp.CreateAsync(rig);
        var contoso = await Contoso.CreateAsync(rig, new() { Shared = app });
        await app.BindAsync(contoso.Organization.Id, contoso.TenantId);
        await app.ConsentAsync(contoso.TenantId);
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();

        var answer = await contoso.SignInAsync(application, browser, mira);

        Assert.Equal(contoso.Slug, (string?)answer.Claims["org_slug"]);
        Assert.Equal([(contoso.TenantId, mira.ObjectId)], await contoso.Rows.IdentitiesAsync());
        var settings = contoso.Connection.Settings;
        Assert.Equal(("", null, null), (settings.ClientId, settings.TenantId, contoso.Connection.SecretLast4));
        // With one tenant it is that tenant's own authority that is asked, by the operator's client.
        var asked = await rig.Control.RequestsAsync($"/{contoso.TenantId}/oauth2/v2.0/authorize");
        Assert.Equal(app.ClientId.ToString(), (string?)asked[0]["values"]!["client_id"]);
        Assert.Equal(rig.Address + "/sso/callback", (string?)asked[0]["values"]!["redirect_uri"]);
    }

    [Fact]
    [Trait("Capability", "HEC-17")]
    public async Task Every_response_mode_of_the_shared_app_takes_the_same_way()
    {
        var (rig, application) = await shared.GetAsync();
        var app = await SharedApp.CreateAsync(rig);
        var contoso = await Contoso.CreateAsync(
            rig,
            new() { Shared = app, Settings = settings => settings with { ResponseMode = ResponseMode.Hybrid } }
        );
        await app.BindAsync(contoso.Organization.Id, contoso.TenantId);
        await app.ConsentAsync(contoso.TenantId);
        using var browser = rig.NewBrowser();

        Assert.True((await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync())).IsSuccess);
    }

    [Fact]
    [Trait("Capability", "HEC-17")]
    [Trait("Security", "SEC-061")]
    public async Task People_of_several_tenants_come_in_by_the_authority_for_all_organizations()
    {
        var (rig, application) = await shared.GetAsync();
        var app = await SharedApp.CreateAsync(rig);
        var contoso = await Contoso.CreateAsync(rig, new() { Shared = app });
        var fabrikam = await Contoso.CreateAsync(rig);
        foreach (var tenant in (Guid[])[contoso.TenantId, fabrikam.TenantId])
        {
            await app.BindAsync(contoso.Organization.Id, tenant);
            await app.ConsentAsync(tenant);
        }
        var (mira, dana) = (await contoso.AddPersonAsync(), await fabrikam.AddPersonAsync("dana"));

        foreach (var person in (Person[])[mira, dana])
        {
            using var browser = rig.NewBrowser();
            Assert.True((await contoso.SignInAsync(application, browser, person)).IsSuccess);
            Assert.Contains(browser.Visited, address => address.AbsolutePath == "/organizations/oauth2/v2.0/authorize");
        }
        Assert.Equal([(contoso.TenantId, mira.ObjectId), (fabrikam.TenantId, dana.ObjectId)], await contoso.Rows.IdentitiesAsync());
    }

    [Fact] // "my token, your organization": signature, audience, nonce and state are right, and only the tenant is not
    [Trait("Capability", "HEC-21")]
    [Trait("Security", "SEC-063")]
    public async Task Refuses_people_of_a_tenant_that_is_bound_to_another_organization()
    {
        var (rig, application) = await shared.GetAsync();
        var app = await SharedApp.CreateAsync(rig);
        var (contoso, fabrikam) = (await BoundAsync(rig, app), await BoundAsync(rig, app));
        var dana = await fabrikam.AddPersonAsync("dana");
        using var own = rig.NewBrowser();
        Assert.True((await fabrikam.SignInAsync(application, own, dana)).IsSuccess);
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();

        // The way to Entra leads through the person's browser, so its address is theirs to bend.
        var entra = await browser.GetAsync(application.Begin(("organization", contoso.Slug)).Address.AbsoluteUri);
        var bent = entra.Address.AbsoluteUri.Replace(contoso.TenantId.ToString(), fabrikam.TenantId.ToString(), StringComparison.Ordinal);
        var page = await EntraPages.SignInAsync(browser, await browser.GetAsync(bent), dana);

        await Refused.AssertAsync(contoso, page, before, "upstream_refused"); // the other tenant's code is worth nothing at this one's authority
        Assert.False(rig.HasSession(browser));

        // Nor where all tenants have one authority: there the token's own tid decides.
        await app.BindAsync(contoso.Organization.Id, Guid.Parse("22222222-2222-4222-8222-222222222222"));
        page = await Contoso.SignInAsync(browser, application.Begin(("organization", contoso.Slug)), dana);
        await Refused.AssertAsync(contoso, page, before, "tenant_not_bound");
        Assert.Equal(fabrikam.TenantId.ToString(), (await contoso.Rows.LastRefusalAsync()).Details.GetProperty("upstream").GetString());
        Assert.False(rig.HasSession(browser));
    }

    [Fact]
    [Trait("Capability", "HEC-21")]
    [Trait("Security", "SEC-063")]
    public async Task Refuses_whoever_comes_by_the_authority_for_all_organizations_from_elsewhere()
    {
        var (rig, application) = await shared.GetAsync();
        var app = await SharedApp.CreateAsync(rig);
        var contoso = await BoundAsync(rig, app);
        await app.BindAsync(contoso.Organization.Id, Guid.Parse("11111111-1111-4111-8111-111111111111"));
        var stranger = await Contoso.CreateAsync(rig);
        await app.ConsentAsync(stranger.TenantId); // the first consent wins nothing
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();

        var page = await Contoso.SignInAsync(
            browser,
            application.Begin(("organization", contoso.Slug)),
            await stranger.AddPersonAsync("mallory")
        );

        await Refused.AssertAsync(contoso, page, before, "tenant_not_bound");
        Assert.Equal(0, await contoso.Rows.CountAsync("seen_claims"));
    }

    [Fact]
    [Trait("Capability", "HEC-17")]
    public async Task A_tenant_that_is_connected_meanwhile_disturbs_nobody_who_is_on_the_way()
    {
        var (rig, application) = await shared.GetAsync();
        var app = await SharedApp.CreateAsync(rig);
        var contoso = await BoundAsync(rig, app);
        using var browser = rig.NewBrowser();
        var callback = await CallbackAttackTests.CatchAsync(
            rig,
            browser,
            application.Begin(("organization", contoso.Slug)),
            await contoso.AddPersonAsync()
        );

        await app.BindAsync(contoso.Organization.Id, Guid.Parse("33333333-3333-4333-8333-333333333333"));

        Assert.True((await browser.GetAsync(callback)).Answer.ContainsKey("code"));
    }

    [Fact] // consent may come before the tenant is connected, and alone it connects nothing
    [Trait("Capability", "HEC-18")]
    [Trait("Capability", "HEC-21")]
    [Trait("Security", "SEC-063")]
    public async Task Without_a_bound_tenant_the_button_leads_to_consent_and_nobody_comes_in_by_it()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { Shared = await SharedApp.CreateAsync(rig) });
        var ada = await contoso.AddPersonAsync("ada", new { isAdministrator = true });
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();

        var prompt = await Contoso.SignInAsync(browser, application.Begin(("organization", contoso.Slug)), ada);
        Assert.Contains("Permissions requested", prompt.Text, StringComparison.Ordinal);
        var page = await EntraPages.SignInAsync(browser, prompt, ada, consent: Consent.ForAll);

        await Refused.AssertAsync(contoso, page, before, "tenant_not_bound");
        Assert.Equal(contoso.TenantId.ToString(), (await contoso.Rows.LastRefusalAsync()).Details.GetProperty("upstream").GetString());
        Assert.False(rig.HasSession(browser));
        Assert.Equal(0, await contoso.Rows.CountAsync("tenant_bindings"));
        // The way on: the console, which believes nothing of this; or another account.
        Assert.NotNull(
            page.Html.QuerySelector($"a[href='/console/organizations/{contoso.Slug}/connections/{contoso.Connection.Id}/tenants']")
        );
        var again = await browser.ClickAsync(page, "Sign in with another account");
        Assert.StartsWith(rig.EmulatorAddress, again.Address.AbsoluteUri, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("disabled")]
    [InlineData("unbound")]
    [Trait("Security", "SEC-076")]
    [Trait("Security", "SEC-063")]
    public async Task What_is_taken_away_stops_new_sign_ins_and_those_begun_before(string what)
    {
        var (rig, application) = await shared.GetAsync();
        var app = await SharedApp.CreateAsync(rig);
        var contoso = await Contoso.CreateAsync(rig, new() { Shared = app });
        var binding = await app.BindAsync(contoso.Organization.Id, contoso.TenantId);
        await app.ConsentAsync(contoso.TenantId);
        var mira = await contoso.AddPersonAsync();
        using var begun = rig.NewBrowser();
        var callback = await CallbackAttackTests.CatchAsync(rig, begun, application.Begin(("organization", contoso.Slug)), mira);
        var before = await contoso.Rows.CountAsync();

        if (what == "disabled")
            await app.ChangeAsync(SharedRegistrationState.Disabled);
        else
            Assert.True(await rig.Get<ChangeTenantBindings>().RemoveAsync(contoso.Organization.Id, binding.Id, AnteroomRig.Desk, default));
        var reason = what == "disabled" ? "shared_app_unavailable" : "tenant_not_bound";

        await Refused.AssertAsync(contoso, await begun.GetAsync(callback), before, reason);
        using var another = rig.NewBrowser();
        var page = await Contoso.SignInAsync(another, application.Begin(("organization", contoso.Slug)), mira);
        await Refused.AssertAsync(contoso, page, before, reason);

        if (what == "disabled")
            await app.ChangeAsync(SharedRegistrationState.Active);
        else
            await app.BindAsync(contoso.Organization.Id, contoso.TenantId);
        using var again = rig.NewBrowser();
        Assert.True((await contoso.SignInAsync(application, again, mira)).IsSuccess);
    }

    [Fact]
    [Trait("Capability", "HEC-37")]
    [Trait("Security", "SEC-060")]
    public async Task An_own_app_in_place_of_the_shared_one_keeps_the_person()
    {
        var (rig, application) = await shared.GetAsync();
        var app = await SharedApp.CreateAsync(rig);
        var contoso = await BoundAsync(rig, app);
        var mira = await contoso.AddPersonAsync();
        using var first = rig.NewBrowser();
        var before = await contoso.SignInAsync(application, first, mira);

        await contoso.OwnAsync();
        using var second = rig.NewBrowser();
        var after = await contoso.SignInAsync(application, second, mira);

        Assert.Equal(before.Subject, after.Subject);
        Assert.Equal(1, await contoso.Rows.CountAsync("users"));
        Assert.Equal([(contoso.TenantId, mira.ObjectId)], await contoso.Rows.IdentitiesAsync());
        var asked = await rig.Control.RequestsAsync($"/{contoso.TenantId}/oauth2/v2.0/authorize");
        Assert.Equal(
            [app.ClientId.ToString(), contoso.ClientId.ToString()],
            asked.Select(request => (string?)request["values"]!["client_id"]).Distinct().OrderBy(id => id == contoso.ClientId.ToString())
        );
    }

    [Fact] // the own app too is new to the tenant, and is consented to as the shared one was
    [Trait("Capability", "HEC-38")]
    public async Task An_own_app_that_nobody_has_consented_to_asks_for_it_and_works_then()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        await rig.Control.SendAsync(HttpMethod.Delete, $"tenants/{contoso.TenantId}/service-principals/{contoso.ClientId}/grants");
        var ada = await contoso.AddPersonAsync("ada", new { isAdministrator = true });
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();

        var attempt = application.Begin(("organization", contoso.Slug));
        var prompt = await Contoso.SignInAsync(browser, attempt, ada);
        Assert.Contains("Permissions requested", prompt.Text, StringComparison.Ordinal);
        var answered = await EntraPages.SignInAsync(browser, prompt, ada, consent: Consent.ForAll);
        Assert.True((await application.RedeemAsync(attempt, answered)).IsSuccess);

        using var ordinary = rig.NewBrowser();
        Assert.True((await contoso.SignInAsync(application, ordinary, mira)).IsSuccess);
    }

    /// <summary>An organization whose own tenant is bound, and has consented.</summary>
    private static async Task<Contoso> BoundAsync(AnteroomRig rig, SharedApp app)
    {
        var contoso = await Contoso.CreateAsync(rig, new() { Shared = app });
        await app.BindAsync(contoso.Organization.Id, contoso.TenantId);
        await app.ConsentAsync(contoso.TenantId);
        return contoso;
    }
}
