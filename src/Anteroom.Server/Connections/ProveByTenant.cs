using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Organizations.Proof;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Connections;

/// <summary>Proves a domain of an organization by the list of verified domains of a tenant that it is connected to (SEC-269, design.md §2).</summary>
public sealed class ProveByTenant(ConnectionStore connections, TenantDomains tenants, ProveDomain prove)
{
    /// <summary>So many tenants are asked for one domain.</summary>
    private const int MostTenants = 5;

    /// <summary>An administrator asks for a look now: in each tenant until one has the domain.</summary>
    /// <returns>The domain, with what was seen; <c>conflict</c> where no connection can ask; else as <see cref="ProveDomain.CheckAsync"/>.</returns>
    public async Task<Result<OrganizationDomain, OrganizationRefusal>> CheckAsync(
        OrganizationId organization,
        string? text,
        AuditContext context,
        CancellationToken ct
    )
    {
        var able = await AbleAsync(organization, ct);
        if (able.Count == 0)
            return new OrganizationRefusal(
                ReasonCodes.Conflict,
                "No connection of the organization can ask its tenant: that needs an app registration of its own with a credential."
            );
        if (!(await prove.BeginAsync(organization, text, ct)).TryGet(out var name, out var refusal))
            return refusal;
        var seen = new TenantSight(DomainCheckResult.NotInTenant, able[0].Settings.Cloud!, able[0].Settings.TenantId!.Value);
        foreach (var connection in able)
        {
            seen = await SeeAsync(connection, name, ct);
            if (seen.Result == DomainCheckResult.InTenant)
                break;
        }
        return await prove.SettleByTenantAsync(organization, name, seen, context, ct);
    }

    /// <summary>Looks again at a domain that a tenant has proven: in that tenant and no other.</summary>
    internal async Task LookAsync(DueDomain due, AuditContext context, CancellationToken ct)
    {
        if (await prove.TenantOfAsync(due.Organization, due.Name, ct) is not { Cloud: { } cloud, TenantId: { } tenant })
            return; // proven by DNS in between, or gone
        var connection = (await AbleAsync(due.Organization, ct)).FirstOrDefault(one =>
            one.Settings.Cloud == cloud && one.Settings.TenantId == tenant
        );
        // Who is no longer connected to the tenant has nothing left that proves the domain.
        var seen = connection is null
            ? new TenantSight(DomainCheckResult.NotInTenant, cloud, tenant)
            : await SeeAsync(connection, due.Name, ct);
        await prove.SettleByTenantAsync(due.Organization, due.Name, seen, context, ct);
    }

    /// <summary>Connections by which a tenant can be asked, one for each.</summary>
    public async Task<IReadOnlyList<Connection>> AbleAsync(OrganizationId organization, CancellationToken ct) =>
        [
            .. (await connections.ListAsync(organization, ct))
                .Where(one => one.State != ConnectionState.Disabled && TenantDomains.MayRead(one))
                .DistinctBy(one => (one.Settings.Cloud, one.Settings.TenantId))
                .Take(MostTenants),
        ];

    private async Task<TenantSight> SeeAsync(Connection connection, string name, CancellationToken ct)
    {
        var read = await tenants.ReadAsync(connection, ct);
        var result =
            !read.TryGet(out var names, out _) ? DomainCheckResult.TenantUnread
            : names.Contains(name) ? DomainCheckResult.InTenant
            : DomainCheckResult.NotInTenant;
        return new(result, connection.Settings.Cloud!, connection.Settings.TenantId!.Value);
    }
}
