using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Organizations;

/// <summary>Adds and removes domains of an organization, with their audit rows.</summary>
public sealed class ChangeDomains(Database database, AuditTrail audit, TimeProvider clock)
{
    public const int Most = 100;

    /// <summary>Adds it as asserted; proof comes by another way.</summary>
    /// <returns>The domain; <c>validation_failed</c> where the text is none, <c>conflict</c> where it is here already or a hundred others are.</returns>
    public async Task<Result<OrganizationDomain, OrganizationRefusal>> AddAsync(
        OrganizationId organization,
        string? text,
        AuditContext context,
        CancellationToken ct
    )
    {
        if (OrganizationDomains.Fault(text, out var name) is { } fault)
            return new OrganizationRefusal(ReasonCodes.ValidationFailed, fault);
        await using var tx = await database.BeginAsync(organization, ct);
        if (
            (await OrganizationDomains.ListAsync(tx, ct)).Count >= Most
            || await OrganizationDomains.AddAsync(tx, name, clock.GetUtcNow(), ct) is not { } made
        )
            return new OrganizationRefusal(ReasonCodes.Conflict, $"The organization has this domain already, or {Most} others.");
        await audit.RecordAsync(tx, context, Entry("domain.asserted", AuditResult.Success, null, name), ct);
        await tx.CommitAsync(ct);
        return made;
    }

    /// <returns>False where the organization does not have it.</returns>
    public async Task<bool> RemoveAsync(OrganizationId organization, string? text, AuditContext context, CancellationToken ct)
    {
        if (DomainNames.Normalize(text) is not { } name)
            return false;
        await using var tx = await database.BeginAsync(organization, ct);
        if (await OrganizationDomains.RemoveAsync(tx, name, ct) is not { } removed)
            return false;
        var entry = Entry("domain.removed", AuditResult.Success, null, name, ("state", removed.State));
        await audit.RecordAsync(tx, context, entry, ct);
        await tx.CommitAsync(ct);
        return true;
    }

    internal static AuditEntry Entry(
        string action,
        AuditResult result,
        string? reason,
        string name,
        params (string Name, object? Value)[] more
    ) => AuditEntry.OfNamed(action, result, reason, "domain", name, more);
}
