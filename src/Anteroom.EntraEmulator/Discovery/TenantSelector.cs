using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Discovery;

/// <summary>The <c>{tenant}</c> of a path (entra-oidc.md §1.2): one tenant, everybody, work and school accounts, or personal accounts.</summary>
/// <param name="Segment">How the path names it in documents: the GUID, <c>common</c>, <c>organizations</c> or <c>consumers</c>.</param>
/// <param name="Tenant">
/// Null for the shared endpoints; for <c>consumers</c> the tenant of personal accounts, if somebody made one with its well-known id.
/// </param>
internal sealed record TenantSelector(string Segment, Tenant? Tenant)
{
    private const string Common = "common";
    private const string Organizations = "organizations";
    private const string Consumers = "consumers";

    /// <summary>What error texts call the directory.</summary>
    public string Name => Tenant?.DisplayName ?? Segment;

    public bool IsConsumers => Segment == Consumers;

    /// <summary>No one tenant is named: <c>common</c> or <c>organizations</c>.</summary>
    public bool IsShared => Segment is Common or Organizations;

    /// <summary>Only work and school accounts may come in here.</summary>
    public bool RefusesPersonalAccounts => Segment is not (Common or Consumers);

    /// <summary>The tenant in <c>issuer</c>: the id, or the literal template.</summary>
    public string IssuerTenant => IsConsumers ? Authority.ConsumersTenantId : Tenant?.Id.ToString() ?? "{tenantid}";

    /// <summary>A tenant GUID, a verified domain, or a shared name; null when there is no such tenant.</summary>
    public static TenantSelector? Find(EntraDirectory directory, string segment)
    {
        if (segment.Equals(Common, StringComparison.OrdinalIgnoreCase))
            return new TenantSelector(Common, null);
        if (segment.Equals(Organizations, StringComparison.OrdinalIgnoreCase))
            return new TenantSelector(Organizations, null);
        if (
            segment.Equals(Consumers, StringComparison.OrdinalIgnoreCase)
            || segment.Equals(Authority.ConsumersTenantId, StringComparison.OrdinalIgnoreCase)
        )
            return new TenantSelector(Consumers, directory.Tenants.Find(Authority.ConsumersTenantId));

        var tenant = Guid.TryParseExact(segment, "D", out var id) ? directory.Tenants.Find(id) : directory.TenantsByDomain.First(segment);
        return tenant is null ? null : new TenantSelector(tenant.Id.ToString(), tenant);
    }
}
