using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Connections.SharedApp;

/// <summary>Binds tenants to an organization and lets them go. Who may, and on what proof, the callers say: there are two (docs/decisions/0025).</summary>
public sealed class ChangeTenantBindings(
    Database database,
    TenantBindings bindings,
    CloudStore clouds,
    AuditTrail audit,
    TimeProvider clock
)
{
    /// <param name="tenant">From an operator, or from a validated id_token; never from a query parameter.</param>
    /// <param name="domain">The label of what proved it.</param>
    /// <returns>The binding, or <c>validation_failed</c>, <c>conflict</c> where it is there already or there are too many.</returns>
    public async Task<Result<TenantBinding, ConnectionRefusal>> BindAsync(
        OrganizationId organization,
        string cloud,
        Guid tenant,
        TenantBindingKind kind,
        string? domain,
        AuditContext context,
        CancellationToken ct
    )
    {
        if (await clouds.FindAsync(cloud, ct) is null)
            return new ConnectionRefusal(ReasonCodes.ValidationFailed, $"cloud '{cloud}' is not known.");
        if (tenant == Guid.Empty || tenant == Entra.Providers.Cloud.ConsumerTenant)
            return new ConnectionRefusal(ReasonCodes.ValidationFailed, "tenantId is the Directory (tenant) ID of an organization.");

        var label = DomainNames.Normalize(domain ?? "");
        var binding = new TenantBinding(
            TenantBindingId.New(clock),
            cloud,
            tenant,
            kind,
            label,
            context.Actor.Id,
            context.Actor.Name,
            clock.GetUtcNow()
        );
        await using var tx = await database.BeginAsync(organization, ct);
        await tx.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtextextended('tenant_bindings', 0))", null, ct);
        if (
            await tx.FirstAsync<int>("SELECT count(*)::int FROM tenant_bindings WHERE organization_id = @organization", null, ct)
            >= TenantBindings.Most
        )
            return new ConnectionRefusal(ReasonCodes.Conflict, $"An organization has at most {TenantBindings.Most} connected tenants.");
        var added = await tx.ExecuteAsync(
            """
            INSERT INTO tenant_bindings (organization_id, binding_id, cloud, tenant_id, kind, domain, bound_by, bound_at)
            VALUES (@organization, @id, @cloud, @tenant, @kind, @label, @by, @at)
            ON CONFLICT DO NOTHING
            """,
            new
            {
                id = binding.Id.Value,
                cloud,
                tenant,
                kind = TenantBindings.Word(kind),
                label,
                by = binding.By,
                at = binding.At,
            },
            ct
        );
        if (added == 0)
            return new ConnectionRefusal(ReasonCodes.Conflict, "The tenant is connected already.");
        await FinishAsync(tx, "tenant_binding.created", binding, context, ct);
        return binding;
    }

    /// <returns>False where there is no such binding.</returns>
    public async Task<bool> RemoveAsync(OrganizationId organization, TenantBindingId id, AuditContext context, CancellationToken ct)
    {
        if ((await bindings.ListAsync(organization, ct)).FirstOrDefault(binding => binding.Id == id) is not { } known)
            return false;
        await using var tx = await database.BeginAsync(organization, ct);
        var removed = await tx.ExecuteAsync(
            "DELETE FROM tenant_bindings WHERE organization_id = @organization AND binding_id = @id",
            new { id = id.Value },
            ct
        );
        if (removed == 0)
            return false;
        await FinishAsync(tx, "tenant_binding.removed", known, context, ct);
        return true;
    }

    private async Task FinishAsync(Transaction tx, string action, TenantBinding binding, AuditContext context, CancellationToken ct)
    {
        var entry = new AuditEntry(action, AuditResult.Success, null, "tenantBinding", binding.Id.Value)
        {
            Details = new Dictionary<string, object?>
            {
                ["cloud"] = binding.Cloud,
                ["tenantId"] = binding.TenantId.ToString("D"),
                ["kind"] = TenantBindings.Word(binding.Kind),
                ["domain"] = binding.Domain,
            },
        };
        await audit.RecordAsync(tx, context, entry, ct);
        await tx.NotifyAsync(TenantBindings.Channel, tx.Organization.ToString(), ct);
        await tx.CommitAsync(ct);
        bindings.Forget(tx.Organization);
    }
}
