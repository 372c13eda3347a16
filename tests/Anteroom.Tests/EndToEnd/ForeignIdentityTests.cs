using Anteroom.Harness;

namespace Anteroom.Tests.EndToEnd;

/// <summary>nOAuth and its relatives: whatever a token says about names and addresses, nobody becomes somebody else (SEC-060, SEC-074).</summary>
public sealed class ForeignIdentityTests(SharedRig shared)
{
    [Fact] // the address that the browser follows to Entra is the attacker's to change; the tenant of the answer is not
    [Trait("Security", "SEC-060")]
    [Trait("Security", "SEC-061")]
    [Trait("Security", "SEC-063")]
    public async Task Refuses_a_token_of_another_tenant_with_the_victims_address()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { MultiTenant = true });
        var mira = await contoso.AddPersonAsync();
        await contoso.AddAccountAsync(mira.UserName, mira, "manager");
        var evil = await Contoso.CreateAsync(rig);
        var forged = await evil.AddPersonAsync("mallory", new { mail = mira.UserName });
        await rig.Control.SendAsync(
            HttpMethod.Put,
            $"tenants/{evil.TenantId}/service-principals/{contoso.ClientId}",
            new { grantAdminConsent = true }
        );
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();

        var attempt = application.Begin(("organization", contoso.Slug));
        var entra = await browser.GetAsync(attempt.Address.AbsoluteUri);
        var bent = entra.Address.AbsoluteUri.Replace(contoso.TenantId.ToString(), evil.TenantId.ToString(), StringComparison.Ordinal);
        var page = await EntraPages.SignInAsync(browser, await browser.GetAsync(bent), forged);

        Assert.StartsWith(rig.Address, page.Address.AbsoluteUri, StringComparison.Ordinal); // Entra let it pass; we did not
        await Refused.AssertAsync(contoso, page, before, "id_token_tenant", "id_token_issuer", "upstream_refused", "user_not_in_tenant");
        Assert.Equal([(contoso.TenantId, mira.ObjectId)], await contoso.Rows.IdentitiesAsync());
    }

    [Fact]
    [Trait("Security", "SEC-060")]
    [Trait("Security", "SEC-074")]
    public async Task Gives_a_colleague_with_a_forged_email_claim_an_account_of_their_own()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        var mallory = await contoso.AddPersonAsync("mallory", new { mail = mira.UserName });
        using var hers = rig.NewBrowser();
        using var theirs = rig.NewBrowser();

        var victim = await contoso.SignInAsync(application, hers, mira);
        var attacker = await contoso.SignInAsync(application, theirs, mallory);

        Assert.NotEqual(victim.Subject, attacker.Subject);
        Assert.Equal([(contoso.TenantId, mira.ObjectId), (contoso.TenantId, mallory.ObjectId)], await contoso.Rows.IdentitiesAsync());
    }

    [Fact]
    [Trait("Security", "SEC-060")]
    [Trait("Security", "SEC-074")]
    public async Task Refuses_a_guest_whose_foreign_name_is_somebodys_user_name()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var evil = await Contoso.CreateAsync(rig);
        var mallory = await evil.AddPersonAsync("mallory");
        var guest = await contoso.InviteAsync(mallory);
        await contoso.AddAccountAsync(mallory.UserName, null, "administrator"); // not linked: the bait
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();

        var page = await Contoso.SignInAsync(browser, application.Begin(("organization", contoso.Slug)), guest);

        await Refused.AssertAsync(contoso, page, before, "user_name_taken");
        Assert.Empty(await contoso.Rows.IdentitiesAsync());
    }

    [Fact]
    [Trait("Security", "SEC-060")]
    public async Task Knows_a_guest_by_the_object_id_in_the_inviting_tenant()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var fabrikam = await Contoso.CreateAsync(rig);
        var guest = await contoso.InviteAsync(await fabrikam.AddPersonAsync("dana"));
        using var browser = rig.NewBrowser();

        Assert.True((await contoso.SignInAsync(application, browser, guest)).IsSuccess);
        Assert.Equal([(contoso.TenantId, guest.ObjectId)], await contoso.Rows.IdentitiesAsync());
    }
}
