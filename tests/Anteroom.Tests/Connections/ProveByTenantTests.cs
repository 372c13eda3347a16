using Anteroom.Harness;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Organizations.Proof;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Jobs;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Tests.Organizations.Proof;

namespace Anteroom.Tests.Connections;

/// <summary>A domain that the connected tenant has verified is verified here, as long as the tenant has it (SEC-269, design.md §2).</summary>
[Trait("Security", "SEC-269")]
public sealed class ProveByTenantTests(RigOfDays days) : IClassFixture<RigOfDays>
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(25);

    private readonly AnteroomRig _rig = days.Rig;

    [Fact]
    public async Task The_tenants_list_proves_a_domain_once_it_may_be_read()
    {
        var contoso = await ContosoAsync(granted: false);
        var unread = await CheckAsync(contoso);
        Assert.Equal((DomainState.Asserted, ReasonCodes.TenantDomainsUnread), (unread.State, unread.LastCheck!.Code));

        await GrantAsync(contoso);
        var proven = await CheckAsync(contoso);
        Assert.Equal(DomainState.Verified, proven.State);
        Assert.Equal(new(DomainProofKind.Tenant, AnteroomRig.Cloud, contoso.TenantId), proven.Proof);
        var row = Assert.Single(await contoso.Rows.AuditAsync("domain.verified"));
        Assert.Equal(contoso.TenantId.ToString(), row.Details.GetProperty("tenantId").GetString());
    }

    [Fact]
    public async Task A_domain_of_others_is_not_proven_and_one_owner_has_it()
    {
        var contoso = await ContosoAsync();
        await _rig.Get<ChangeDomains>().AddAsync(contoso.Organization.Id, "fabrikam-elsewhere.example", AnteroomRig.Desk, default);
        var foreign = await CheckAsync(contoso, "fabrikam-elsewhere.example");
        Assert.Equal((DomainState.Asserted, ReasonCodes.DomainNotInTenant), (foreign.State, foreign.LastCheck!.Code));

        await CheckAsync(contoso);
        using var rival = await DomainScene.CreateAsync(_rig, contoso.Domain);
        _rig.Dns.Set(rival.Host, await rival.ValueAsync());
        Assert.Equal(ReasonCodes.DomainVerifiedElsewhere, (await rival.VerifyAsync()).Code);
    }

    [Fact]
    public async Task What_leaves_the_tenant_is_lost_after_a_grace_and_silence_loses_nothing()
    {
        var contoso = await ContosoAsync();
        await CheckAsync(contoso);
        await using (
            await _rig.Control.FaultAsync(
                new
                {
                    path = "/graph/v1.0/domains",
                    kind = "status",
                    status = 503,
                }
            )
        )
            for (var day = 0; day < 5; day++)
                await PassAsync(Day);
        Assert.Equal(DomainState.Verified, (await DomainAsync(contoso)).State);

        await _rig.Control.PostAsync($"tenants/{contoso.TenantId}/domains", new { name = "next." + contoso.Domain, isDefault = true });
        await _rig.Control.SendAsync(HttpMethod.Delete, $"tenants/{contoso.TenantId}/domains/{contoso.Domain}");
        await PassAsync(Day);
        var missing = await DomainAsync(contoso);
        Assert.Equal((DomainState.Verified, ReasonCodes.DomainNotInTenant), (missing.State, missing.LastCheck!.Code));
        Assert.NotNull(missing.LostFrom);
        for (var day = 0; day < 4; day++)
            await PassAsync(Day);
        Assert.Equal(DomainState.Asserted, (await DomainAsync(contoso)).State);
        Assert.Equal(ReasonCodes.DomainNotInTenant, Assert.Single(await contoso.Rows.AuditAsync("domain.unverified")).Reason);
    }

    [Fact]
    public async Task Whoever_leaves_the_tenant_keeps_nothing_that_it_proved()
    {
        var contoso = await ContosoAsync();
        await CheckAsync(contoso);
        await contoso.MoveAsync(ConnectionStep.Disable);
        for (var day = 0; day < 5; day++)
            await PassAsync(Day);
        Assert.Equal(DomainState.Asserted, (await DomainAsync(contoso)).State);
        Assert.Equal(ReasonCodes.Conflict, Refusal(await ProveAsync(contoso, contoso.Domain)).Code); // nobody is there to ask
    }

    [Fact]
    public async Task A_record_takes_the_place_of_the_tenants_list_and_not_the_reverse()
    {
        var contoso = await ContosoAsync();
        await CheckAsync(contoso);
        var prove = _rig.Get<ProveDomain>();
        var organization = contoso.Organization.Id;

        // DNS knows nothing of a domain that the tenant proves: that takes nothing away.
        Assert.True((await prove.CheckAsync(organization, contoso.Domain, AnteroomRig.Desk, default)).TryGet(out var looked, out _));
        Assert.Equal((DomainState.Verified, DomainProofKind.Tenant), (looked.State, looked.Proof!.Kind));
        Assert.Null(looked.LostFrom);

        _rig.Dns.Set(looked.Challenge!.Host, looked.Challenge.Value);
        Assert.True((await prove.CheckAsync(organization, contoso.Domain, AnteroomRig.Desk, default)).TryGet(out var found, out _));
        Assert.Equal(DomainProven.ByDns, found.Proof);
        Assert.Equal(DomainProofKind.Dns, (await CheckAsync(contoso)).Proof!.Kind);
    }

    [Fact]
    [Trait("Security", "SEC-074")]
    public async Task A_first_link_counts_the_tenants_own_list()
    {
        var contoso = await ContosoAsync();
        await CheckAsync(contoso);
        var mira = await contoso.AddPersonAsync();
        var account = await contoso.AddAccountAsync(mira.UserName, null);
        var application = await RelyingParty.RegisterAsync(_rig);
        using var browser = _rig.NewBrowser();
        Assert.Equal(account.Subject, (await contoso.SignInAsync(application, browser, mira)).Subject);
    }

    private async Task<Contoso> ContosoAsync(bool granted = true)
    {
        var contoso = await Contoso.CreateAsync(_rig);
        await _rig.Get<ChangeDomains>().AddAsync(contoso.Organization.Id, contoso.Domain, AnteroomRig.Desk, default);
        if (granted)
            await GrantAsync(contoso);
        return contoso;
    }

    private Task GrantAsync(Contoso contoso) =>
        _rig.Control.PostAsync(
            $"tenants/{contoso.TenantId}/service-principals/{contoso.ClientId}/permissions",
            new { graph = new[] { "Domain.Read.All" } }
        );

    private Task<Anteroom.Protocols.Primitives.Result<OrganizationDomain, OrganizationRefusal>> ProveAsync(
        Contoso contoso,
        string domain
    ) => _rig.Get<ProveByTenant>().CheckAsync(contoso.Organization.Id, domain, AnteroomRig.Desk, default);

    private async Task<OrganizationDomain> CheckAsync(Contoso contoso, string? domain = null) =>
        (await ProveAsync(contoso, domain ?? contoso.Domain)).TryGet(out var looked, out var refusal)
            ? looked
            : throw new InvalidOperationException(refusal.ToString());

    private static OrganizationRefusal Refusal(Anteroom.Protocols.Primitives.Result<OrganizationDomain, OrganizationRefusal> result) =>
        result.TryGet(out _, out var refusal) ? throw new InvalidOperationException() : refusal;

    private async Task<OrganizationDomain> DomainAsync(Contoso contoso) =>
        (await _rig.Get<ProveDomain>().ListAsync(contoso.Organization.Id, default)).Single(domain => domain.Name == contoso.Domain);

    private async Task PassAsync(TimeSpan time)
    {
        _rig.Clock.Advance(time);
        await _rig.Get<IEnumerable<IJobHandler>>()
            .OfType<RecheckTenantDomains>()
            .Single()
            .RunAsync(new(Guid.Empty, OrganizationId.Platform, RecheckTenantDomains.JobKind, default, 1), default);
    }
}
