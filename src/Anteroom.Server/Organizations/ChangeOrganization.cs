using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Organizations;

/// <summary>Changes an organization under its version, with its audit row, and tells every node.</summary>
public sealed class ChangeOrganization(Database database, AuditTrail audit, AnteroomOptions options)
{
    /// <param name="version">What the caller has seen (If-Match), or null where any will do.</param>
    /// <param name="change">Gives the organization as it should be, or the refusal.</param>
    /// <param name="action">The audit's verb, e.g. <c>organization.updated</c>.</param>
    /// <param name="also">What changes beside the row, in the same transaction.</param>
    /// <returns>The changed organization; <c>not_found</c>, <c>version_mismatch</c>, or what <paramref name="change"/> refused.</returns>
    public async Task<Result<Organization, OrganizationRefusal>> HandleAsync(
        OrganizationId id,
        long? version,
        string action,
        Func<Organization, Result<Organization, OrganizationRefusal>> change,
        AuditContext context,
        CancellationToken ct,
        Func<Transaction, Task>? also = null
    )
    {
        await using var tx = await database.BeginAsync(id, ct);
        var outcome = await WithinAsync(tx, version, action, change, context, ct, also);
        if (outcome.TryGet(out _, out _))
            await tx.CommitAsync(ct);
        return outcome;
    }

    /// <summary>The same as a part of something larger, which commits.</summary>
    public async Task<Result<Organization, OrganizationRefusal>> WithinAsync(
        Transaction tx,
        long? version,
        string action,
        Func<Organization, Result<Organization, OrganizationRefusal>> change,
        AuditContext context,
        CancellationToken ct,
        Func<Transaction, Task>? also = null
    )
    {
        var id = tx.Organization;
        if (await OrganizationStore.LockAsync(tx, id, ct) is not { } current)
            return new OrganizationRefusal(ReasonCodes.NotFound);
        if (version is { } seen && seen != current.Version)
            return new OrganizationRefusal(ReasonCodes.VersionMismatch);
        if (!change(current).TryGet(out var wanted, out var refusal))
            return refusal;
        if (wanted.Settings.OwnHost != current.Settings.OwnHost && await MoveHostAsync(tx, wanted, ct) is { } impossible)
            return impossible;
        if (wanted.CompanyCode != current.CompanyCode && await MoveCodeAsync(tx, current, wanted, ct) is { } taken)
            return taken;
        if (also is not null)
            await also(tx);

        var changed = wanted with { Version = current.Version + 1 };
        await tx.ExecuteAsync(
            """
            UPDATE organizations
               SET name = @name, company_code = @code, status = @status, settings = @settings::jsonb, version = @version
             WHERE organization_id = @organization
            """,
            new
            {
                name = changed.Name,
                code = changed.CompanyCode,
                status = changed.IsActive ? "active" : "disabled",
                settings = changed.Settings.ToJson(),
                version = changed.Version,
            },
            ct
        );
        var entry = new AuditEntry(action, AuditResult.Success, null, "organization", id.Value, changed.Name)
        {
            Details = Differences(current, changed),
        };
        await audit.RecordAsync(tx, context, entry, ct);
        await OrganizationStore.AnnounceAsync(tx, id, ct);
        return changed;
    }

    /// <summary>What people say about it: names and switches, some of which are the operators' alone.</summary>
    /// <returns>As <see cref="HandleAsync"/>; <c>forbidden</c> or <c>validation_failed</c> with the member that is at fault.</returns>
    public Task<Result<Organization, OrganizationRefusal>> EditAsync(
        OrganizationId id,
        long? version,
        OrganizationEdit edit,
        bool isOperator,
        AuditContext context,
        CancellationToken ct
    ) => HandleAsync(id, version, "organization.updated", current => edit.Apply(current, isOperator), context, ct);

    /// <summary>Renewing kills the old code (HEL-27).</summary>
    public Task<Result<Organization, OrganizationRefusal>> RenewCompanyCodeAsync(
        OrganizationId id,
        AuditContext context,
        CancellationToken ct
    ) => HandleAsync(id, version: null, "organization.company_code_renewed", Renewed, context, ct);

    private static Result<Organization, OrganizationRefusal> Renewed(Organization current)
    {
        if (current.IsPlatform)
            return new OrganizationRefusal(ReasonCodes.ValidationFailed, "The platform has no company code.");
        return current with { CompanyCode = CompanyCodes.Generate() };
    }

    private async Task<OrganizationRefusal?> MoveHostAsync(Transaction tx, Organization wanted, CancellationToken ct)
    {
        if (wanted.IsPlatform)
            return new OrganizationRefusal(ReasonCodes.ValidationFailed, "The platform signs in on the base host.") { Member = "ownHost" };
        if (OwnHosts.Fault(wanted.Settings.OwnHost, wanted.Slug, options) is { } fault)
            return new OrganizationRefusal(ReasonCodes.ValidationFailed, fault) { Member = "ownHost" };
        await (wanted.Settings.OwnHost ? OwnHosts.AddAsync(tx, wanted.Slug, ct) : OwnHosts.RemoveAsync(tx, wanted.Slug, ct));
        return null;
    }

    private static async Task<OrganizationRefusal?> MoveCodeAsync(
        Transaction tx,
        Organization current,
        Organization wanted,
        CancellationToken ct
    )
    {
        if (current.CompanyCode is { } old)
            await Routes.RemoveAsync(tx, RouteKinds.Code, CompanyCodes.Fold(old), ct);
        if (wanted.CompanyCode is not { } code)
            return null;
        return await Routes.TryAddAsync(tx, RouteKinds.Code, CompanyCodes.Fold(code), null, ct)
            ? null
            : new OrganizationRefusal(ReasonCodes.Conflict, "The company code is taken, by an organization or as a user name.")
            {
                Member = "companyCode",
            };
    }

    private static Dictionary<string, object?> Differences(Organization before, Organization after)
    {
        var differences = new Dictionary<string, object?>();
        Compare("name", before.Name, after.Name);
        Compare("companyCode", before.CompanyCode, after.CompanyCode);
        Compare("status", before.Status.ToString(), after.Status.ToString());
        Compare("settings", before.Settings.ToJson(), after.Settings.ToJson());
        return differences;

        void Compare(string member, string? old, string? changed)
        {
            if (old != changed)
                differences[member] = new Dictionary<string, object?> { ["before"] = old, ["after"] = changed };
        }
    }
}
