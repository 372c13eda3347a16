using Anteroom.Harness;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Mail.Templates;
using Anteroom.Server.Provisioning;

namespace Anteroom.Tests.EndToEnd;

/// <summary>Somebody had an account here before they first came by Entra: they get it once, by a name whose domain is proven (SEC-074 d).</summary>
public sealed class FirstLinkTests(SharedRig shared)
{
    [Theory]
    [InlineData(ProvisioningMode.RequireExisting)]
    [InlineData(ProvisioningMode.Create)]
    [Trait("Capability", "HEC-10")]
    [Trait("Capability", "IMP-13")]
    [Trait("Security", "SEC-074")]
    public async Task The_account_of_the_same_name_is_linked_once_told_and_kept(ProvisioningMode provisioning)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { Provisioning = provisioning });
        await VerifyAsync(rig, contoso, contoso.Domain);
        var mira = await contoso.AddPersonAsync();
        var account = await contoso.AddAccountAsync(mira.UserName.ToUpperInvariant(), null, "member");

        Assert.Equal(account.Subject, (await SignInAsync(rig, application, contoso, mira)).Subject);
        Assert.Equal([(contoso.TenantId, mira.ObjectId)], await contoso.Rows.IdentitiesAsync());
        Assert.Equal(1, await contoso.Rows.CountAsync("users"));
        var row = Assert.Single(await contoso.Rows.AuditAsync("user.linked"));
        Assert.Equal(mira.ObjectId.ToString(), row.Details.GetProperty("objectId").GetString());
        Assert.Equal(mira.UserName, (await new Letters(rig, contoso.Organization.Id).NewestAsync(MailTemplate.AccountLinked)).To);

        Assert.Equal(account.Subject, (await SignInAsync(rig, application, contoso, mira)).Subject);
        Assert.Single(await contoso.Rows.AuditAsync("user.linked"));
    }

    [Fact]
    [Trait("Security", "SEC-074")]
    public async Task Whoever_gets_the_name_later_does_not_get_the_account()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        await VerifyAsync(rig, contoso, contoso.Domain);
        var mira = await contoso.AddPersonAsync();
        await contoso.AddAccountAsync(mira.UserName, null);
        await SignInAsync(rig, application, contoso, mira);

        await rig.Control.PatchAsync(
            $"tenants/{contoso.TenantId}/users/{mira.ObjectId}",
            new { userPrincipalName = "mira.old@" + contoso.Domain }
        );
        var second = await contoso.AddPersonAsync("mira");
        await AssertRefusedAsync(rig, application, contoso, second, "user_name_taken", "first_link linked_to_another");
    }

    [Theory]
    [InlineData("asserted", "user_name_taken", "first_link domain_not_verified")]
    [InlineData("none", "user_name_taken", "first_link domain_not_verified")]
    [InlineData("never", "user_name_taken", null)]
    [InlineData("blocked", "link_needs_administrator", "first_link needs_administrator")]
    [InlineData("administrator", "link_needs_administrator", "first_link needs_administrator")]
    [InlineData("tenant", "user_name_taken", "first_link domain_of_another_tenant")]
    [Trait("Security", "SEC-074")]
    public async Task Where_anything_is_missing_nobody_is_linked(string bent, string reason, string? recorded)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        if (bent == "asserted")
            await rig.Get<ChangeDomains>().AddAsync(contoso.Organization.Id, contoso.Domain, AnteroomRig.Desk, default);
        else if (bent != "none")
            await VerifyAsync(rig, contoso, contoso.Domain, byTenant: bent == "tenant" ? Guid.CreateVersion7() : null);
        if (bent == "never")
            await contoso.ChangeAsync(settings => settings with { FirstLink = FirstLinkName.Never });
        var mira = await contoso.AddPersonAsync();
        var account = await contoso.AddAccountAsync(mira.UserName, null, bent == "administrator" ? BuiltInRoles.Administrator : "member");
        if (bent == "blocked")
            await BlockAsync(rig, account);

        await AssertRefusedAsync(rig, application, contoso, mira, reason, recorded);
    }

    [Fact]
    [Trait("Security", "SEC-074")]
    public async Task A_guest_is_never_linked_by_a_name()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var other = await Contoso.CreateAsync(rig);
        var dana = await other.AddPersonAsync("dana");
        await VerifyAsync(rig, contoso, other.Domain); // even where the domain is said to be this organization's
        await contoso.AddAccountAsync(dana.UserName, null);
        await contoso.ChangeAsync(settings => settings with { FirstLink = FirstLinkName.PreferredUserName });
        var guest = await contoso.InviteAsync(dana);
        await AssertRefusedAsync(rig, application, contoso, guest, "user_name_taken", recorded: null, orRecorded: "first_link guest");
    }

    [Fact]
    [Trait("Security", "SEC-074")]
    public async Task A_name_that_only_looks_alike_finds_nobody()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        await VerifyAsync(rig, contoso, contoso.Domain);
        await contoso.AddAccountAsync("straße@" + contoso.Domain, null);
        var alike = await contoso.AddPersonAsync("strasse");
        await AssertRefusedAsync(rig, application, contoso, alike, "user_name_taken", recorded: null);
    }

    [Fact]
    [Trait("Security", "SEC-072")]
    [Trait("Security", "SEC-074")]
    public async Task Of_many_first_sign_ins_at_once_one_links()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        await VerifyAsync(rig, contoso, contoso.Domain);
        var mira = await contoso.AddPersonAsync();
        await contoso.AddAccountAsync(mira.UserName, null);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SignInAsync(rig, application, contoso, mira)));
        Assert.Single(answers.Select(answer => answer.Subject).Distinct());
        Assert.Single(await contoso.Rows.IdentitiesAsync());
        Assert.Single(await contoso.Rows.AuditAsync("user.linked"));
        Assert.Single(await new Letters(rig, contoso.Organization.Id).ListAsync(MailTemplate.AccountLinked));
    }

    [Fact]
    [Trait("Security", "SEC-074")]
    public async Task An_administrator_links_by_object_id_whom_a_name_may_not()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        var account = await contoso.AddAccountAsync(mira.UserName, null, BuiltInRoles.Administrator);
        var edit = new UserEdit { Identity = new(AnteroomRig.Cloud, contoso.TenantId, mira.ObjectId) };
        var linked = await rig.Get<AdministerUsers>()
            .ChangeAsync(contoso.Organization, account.Id, null, edit, new(BuiltInPermissions(), AnteroomRig.Desk), default);
        Assert.True(linked.TryGet(out _, out var refusal), refusal?.Detail);
        Assert.Equal(account.Subject, (await SignInAsync(rig, application, contoso, mira)).Subject);
    }

    private static HashSet<string> BuiltInPermissions() => [.. Permissions.OfOrganizations];

    private static async Task<TokenAnswer> SignInAsync(AnteroomRig rig, RelyingParty application, Contoso contoso, Person person)
    {
        using var browser = rig.NewBrowser();
        return await contoso.SignInAsync(application, browser, person);
    }

    private static async Task AssertRefusedAsync(
        AnteroomRig rig,
        RelyingParty application,
        Contoso contoso,
        Person person,
        string reason,
        string? recorded,
        string? orRecorded = null
    )
    {
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();
        var page = await Contoso.SignInAsync(browser, application.Begin(("organization", contoso.Slug)), person);
        await Refused.AssertAsync(contoso, page, before, reason);
        var details = (await contoso.Rows.LastRefusalAsync()).Details;
        var upstream = details.TryGetProperty("upstream", out var told) ? told.GetString() : null;
        Assert.Contains(upstream, new[] { recorded, orRecorded });
    }

    /// <summary>As if the record, or the tenant's list, had been seen.</summary>
    private static async Task VerifyAsync(AnteroomRig rig, Contoso contoso, string domain, Guid? byTenant = null)
    {
        await rig.Get<ChangeDomains>().AddAsync(contoso.Organization.Id, domain, AnteroomRig.Desk, default);
        await using var tx = await rig.Database.BeginAsync(contoso.Organization.Id, default);
        await tx.ExecuteAsync(
            """
            UPDATE organization_domains SET state = 'verified', proof = @proof, proof_cloud = @cloud, proof_tenant = @tenant, verified_at = @now
             WHERE organization_id = @organization AND name = @domain
            """,
            new
            {
                domain,
                proof = byTenant is null ? "dns" : "tenant",
                cloud = byTenant is null ? null : AnteroomRig.Cloud,
                tenant = byTenant,
                now = rig.Clock.GetUtcNow(),
            },
            default
        );
        await tx.CommitAsync(default);
    }

    private static async Task BlockAsync(AnteroomRig rig, User account)
    {
        await using var tx = await rig.Database.BeginAsync(account.Organization, default);
        await rig.Get<Blocks>()
            .BlockAsync(tx, account.Id, BlockSource.Administrator, Channels.All, null, AnteroomRig.Desk, rig.Clock.GetUtcNow(), default);
        await tx.CommitAsync(default);
    }
}
