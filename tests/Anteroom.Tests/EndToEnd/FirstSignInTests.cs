using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Provisioning;

namespace Anteroom.Tests.EndToEnd;

/// <summary>From the application through Anteroom and Entra and back, and who is an account afterwards (design.md §4).</summary>
public sealed class FirstSignInTests(SharedRig shared)
{
    [Fact]
    [Trait("Capability", "HEC-08")]
    [Trait("Capability", "HEL-01")]
    [Trait("Capability", "HEL-04")]
    [Trait("Capability", "HEL-15")]
    [Trait("Capability", "HEL-18")]
    [Trait("Capability", "HEL-20")]
    [Trait("Capability", "HEL-22")]
    [Trait("Capability", "HEL-23")]
    [Trait("Security", "SEC-060")]
    public async Task Makes_one_worker_with_tenant_and_object_id_from_a_company_code()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();

        var attempt = application.Begin();
        var question = await browser.GetAsync(attempt.Address.AbsoluteUri);
        var entra = await browser.SubmitAsync(question, new Dictionary<string, string> { ["identifier"] = contoso.Code });
        var authorize = browser.Visited.Single(visited => visited.AbsolutePath == $"/{contoso.TenantId}/oauth2/v2.0/authorize");
        Assert.Equal(contoso.ClientId.ToString(), Queries.Read(authorize)["client_id"]);
        Assert.Equal(0, await contoso.Rows.CountAsync("users"));

        var tokens = await application.RedeemAsync(attempt, await EntraPages.SignInAsync(browser, entra, mira));
        Assert.Equal(HttpStatusCode.OK, tokens.Status);
        Assert.Equal([(contoso.TenantId, mira.ObjectId)], await contoso.Rows.IdentitiesAsync());
        Assert.Equal("Mira Koch", (string?)tokens.Claims["name"]);
        Assert.Equal(mira.UserName, (string?)tokens.Claims["preferred_username"]);
        Assert.Equal(attempt.Nonce, (string?)tokens.Claims["nonce"]);
        Assert.Equal(
            "worker",
            await contoso.Rows.FirstAsync<string>(
                "SELECT r.key FROM users u JOIN roles r USING (organization_id, role_id) WHERE u.organization_id = @organization"
            )
        );
        Assert.Single(await contoso.Rows.AuditAsync("user.created"));
        Assert.Single(await contoso.Rows.AuditAsync("sign_in.succeeded"));
        Assert.Empty(await contoso.Rows.AuditAsync("sign_in.refused"));
    }

    [Fact] // never derived from a name, never given to a second account
    [Trait("Security", "SEC-103")]
    public async Task A_sub_outlives_every_name_and_dies_with_its_account()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        var before = await SubjectAsync(mira);

        var renamed = mira with { UserName = "mira.weber@" + contoso.Domain };
        await rig.Control.PatchAsync(
            $"tenants/{contoso.TenantId}/users/{mira.ObjectId}",
            new { userPrincipalName = renamed.UserName, mail = "somebody@elsewhere.example" }
        );
        Assert.Equal(before, await SubjectAsync(renamed));

        var account = await contoso.Rows.FirstAsync<Guid>("SELECT user_id FROM users WHERE organization_id = @organization");
        var by = new Administrator(Permissions.OfOrganizations.ToHashSet(), AnteroomRig.Desk);
        Assert.Null(await rig.Get<AdministerUsers>().DeleteAsync(contoso.Organization.Id, new(account), by, default));
        var after = await SubjectAsync(renamed);
        Assert.NotEqual(before, after);
        Assert.Equal(2, await contoso.Rows.FirstAsync<long>("SELECT count(*) FROM users WHERE organization_id = @organization"));

        async Task<string> SubjectAsync(Person person)
        {
            using var browser = rig.NewBrowser();
            return (await contoso.SignInAsync(application, browser, person)).Subject;
        }
    }

    [Fact] // HEC-08: "second sign-in adds none"
    [Trait("Capability", "HEC-08")]
    public async Task Adds_nobody_at_the_second_sign_in_from_another_browser()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        using var first = rig.NewBrowser();
        using var second = rig.NewBrowser();

        var one = await contoso.SignInAsync(application, first, mira);
        var two = await contoso.SignInAsync(application, second, mira);

        Assert.Equal(one.Subject, two.Subject);
        Assert.Equal(1, await contoso.Rows.CountAsync("users"));
        Assert.Equal(1, await contoso.Rows.CountAsync("external_identities"));
        Assert.Equal(2, await contoso.Rows.CountAsync("sessions"));
    }

    [Fact]
    [Trait("Capability", "HEC-09")]
    [Trait("Capability", "IMP-14")]
    public async Task Refuses_a_person_without_an_account_where_one_is_required()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { Provisioning = ProvisioningMode.RequireExisting });
        var mira = await contoso.AddPersonAsync();
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();

        var page = await Contoso.SignInAsync(browser, application.Begin(("organization", contoso.Slug)), mira);

        await Refused.AssertAsync(contoso, page, before, "account_required");
        Assert.False(rig.HasSession(browser));
    }

    [Fact]
    [Trait("Capability", "HEC-10")]
    [Trait("Capability", "HEL-24")]
    [Trait("Security", "SEC-074")]
    public async Task Admits_a_person_whose_account_an_administrator_has_made_and_leaves_the_role()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { Provisioning = ProvisioningMode.RequireExisting });
        var mira = await contoso.AddPersonAsync();
        var account = await contoso.AddAccountAsync("mira.koch", mira, "manager");
        using var browser = rig.NewBrowser();

        var tokens = await contoso.SignInAsync(application, browser, mira);

        Assert.Equal(account.Subject, tokens.Subject);
        Assert.Equal(1, await contoso.Rows.CountAsync("users"));
        Assert.Equal(
            "manager",
            await contoso.Rows.FirstAsync<string>(
                "SELECT r.key FROM users u JOIN roles r USING (organization_id, role_id) WHERE u.organization_id = @organization"
            )
        );
    }

    [Fact]
    [Trait("Capability", "HEL-25")]
    public async Task Leaves_no_row_when_the_person_gives_up_at_Entra()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();

        var attempt = application.Begin(("organization", contoso.Slug));
        var page = await browser.SubmitAsync(await browser.GetAsync(attempt.Address.AbsoluteUri), button: "cancel");

        Assert.Equal("access_denied", page.Answer.GetValueOrDefault("error"));
        Assert.Equal(attempt.State, page.Answer["state"]);
        Assert.Equal(rig.Address, page.Answer["iss"]); // RFC 9207: also in errors
        Assert.Equal(before, await contoso.Rows.CountAsync());
        Assert.Equal("sign_in_cancelled", (await contoso.Rows.LastRefusalAsync()).Reason);
    }

    [Fact]
    [Trait("Capability", "IMP-03")]
    [Trait("Security", "SEC-061")]
    public async Task Serves_a_multi_tenant_registration_whose_tenant_is_pinned()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { MultiTenant = true });
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();

        Assert.True((await contoso.SignInAsync(application, browser, mira)).IsSuccess);
        Assert.Equal([(contoso.TenantId, mira.ObjectId)], await contoso.Rows.IdentitiesAsync());
    }

    [Fact] // Entra's v2 tokens carry no amr, so a demand for a second factor that only the token could prove refuses
    [Trait("Capability", "IMP-24")]
    [Trait("Security", "SEC-077")]
    public async Task Refuses_a_sign_in_without_evidence_of_the_demanded_second_factor()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(
            rig,
            new() { Settings = settings => settings with { MfaRequired = true, TrustUpstreamMfa = true } }
        );
        var mira = await contoso.AddPersonAsync();
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();

        var page = await Contoso.SignInAsync(browser, application.Begin(("organization", contoso.Slug)), mira);

        await Refused.AssertAsync(contoso, page, before, "mfa_required");
    }

    [Fact]
    [Trait("Security", "SEC-030")]
    [Trait("Security", "SEC-031")]
    public async Task Gives_a_new_session_at_each_sign_in_and_ends_the_old_one()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();

        await contoso.SignInAsync(application, browser, mira);
        using var stale = browser.Clone();
        var again = application.Begin(("organization", contoso.Slug), ("prompt", "login"));
        Assert.True((await application.RedeemAsync(again, await Contoso.SignInAsync(browser, again, mira))).IsSuccess);

        Assert.Equal(1, await contoso.Rows.CountAsync("sessions"));
        var silent = application.Begin(("organization", contoso.Slug), ("prompt", "none"));
        Assert.Equal("login_required", (await stale.GetAsync(silent.Address.AbsoluteUri)).Answer["error"]);
        Assert.True((await browser.GetAsync(silent.Address.AbsoluteUri)).Answer.ContainsKey("code"));
    }
}
