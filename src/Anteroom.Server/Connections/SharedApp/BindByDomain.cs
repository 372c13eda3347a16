using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Organizations.Proof;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Connections.SharedApp;

/// <summary>An administrator has the tenant bound that has verified a domain of the organization's (SEC-063, docs/decisions/0028).</summary>
/// <remarks>Nobody names the tenant: Entra does, for the domain, and the tenant's own list confirms it. Each try is one of the organization's looks of this hour.</remarks>
public sealed class BindByDomain(
    ProveDomain prove,
    CloudStore clouds,
    TenantLookup lookup,
    TenantDomains tenants,
    ChangeTenantBindings bindings,
    AuditTrail audit
)
{
    private static readonly IReadOnlySet<string> Nothing = new HashSet<string>();

    /// <returns>
    /// The binding, or why there is none: <c>not_found</c>, <c>domain_check_limit</c>, <c>domain_verified_elsewhere</c>,
    /// <c>upstream_unreachable</c>, those of <see cref="DomainBinding.Refusal"/>, <see cref="TenantDomains.ReadBySharedAppAsync"/> and
    /// <see cref="ChangeTenantBindings.BindAsync"/>.
    /// </returns>
    public async Task<Result<TenantBinding, ConnectionRefusal>> HandleAsync(
        OrganizationId organization,
        string cloudKey,
        string? domain,
        AuditContext context,
        CancellationToken ct
    )
    {
        if (await clouds.FindAsync(cloudKey, ct) is not { } cloud)
            return new ConnectionRefusal(ReasonCodes.ValidationFailed, $"cloud '{cloudKey}' is not known.");
        if (!(await prove.CheckAsync(organization, domain, context, ct)).TryGet(out var looked, out var unseen))
            return new ConnectionRefusal(unseen.Code, unseen.Detail);
        if (!DomainBinding.Speaks(looked))
            return await RefuseAsync(new(DomainBinding.Refusal(looked, Nothing)!), tenant: null);
        if (!(await lookup.FindAsync(organization, cloud, looked.Name, ct)).TryGet(out var found, out var nowhere))
            return await RefuseAsync(new(nowhere.Code == ReasonCodes.TenantNotFound ? ReasonCodes.DomainNotInTenant : nowhere.Code), null);
        if (!(await tenants.ReadBySharedAppAsync(organization, cloud, found.Id, ct)).TryGet(out var listed, out var unread))
            return await RefuseAsync(unread, found.Id);
        return DomainBinding.Refusal(looked, listed) is { } reason
            ? await RefuseAsync(new(reason), found.Id)
            : await bindings.BindAsync(organization, cloud.Key, found.Id, TenantBindingKind.VerifiedDomain, looked.Name, context, ct);

        async Task<ConnectionRefusal> RefuseAsync(ConnectionRefusal refusal, Guid? tenant)
        {
            var entry = new AuditEntry("tenant_binding.refused", AuditResult.Refused, refusal.Code)
            {
                Details = new Dictionary<string, object?>
                {
                    ["cloud"] = cloud.Key,
                    ["domain"] = looked.Name,
                    ["tenantId"] = tenant?.ToString(),
                },
            };
            await audit.RecordRefusalAsync(organization, context, entry, ct);
            return refusal;
        }
    }
}
