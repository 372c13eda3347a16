using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Discovery;

/// <summary>The <c>{tenant}</c> of a path: one tenant, or everybody with a work or school account.</summary>
/// <param name="Segment">How the path names it in documents: the GUID, <c>common</c> or <c>organizations</c>.</param>
/// <param name="Tenant">Null for the shared endpoints.</param>
internal sealed record TenantSelector(string Segment, Tenant? Tenant)
{
    /// <summary>What error texts call the directory.</summary>
    public string Name => Tenant?.DisplayName ?? Segment;

    /// <summary>A tenant GUID, a verified domain, <c>common</c> or <c>organizations</c>; null when there is no such tenant.</summary>
    public static TenantSelector? Find(EntraDirectory directory, string segment)
    {
        if (segment.Equals("common", StringComparison.OrdinalIgnoreCase))
            return new TenantSelector("common", null);
        if (segment.Equals("organizations", StringComparison.OrdinalIgnoreCase))
            return new TenantSelector("organizations", null);

        var tenant = Guid.TryParseExact(segment, "D", out var id) ? directory.Tenants.Find(id) : directory.TenantsByDomain.First(segment);
        return tenant is null ? null : new TenantSelector(tenant.Id.ToString(), tenant);
    }
}
