using Anteroom.Protocols.Dns;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Dns;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Organizations.Proof;

/// <summary>Looks for a domain's record and carries out what is decided on it (SEC-269).</summary>
public sealed class ProveDomain(Database database, DnsResolver resolver, AuditTrail audit, TimeProvider clock)
{
    /// <summary>The organization's domains, each with its record.</summary>
    public async Task<IReadOnlyList<OrganizationDomain>> ListAsync(OrganizationId organization, CancellationToken ct)
    {
        await using var tx = await database.BeginAsync(organization, ct);
        var domains = await OrganizationDomains.ListAsync(tx, ct);
        if (domains.All(domain => domain.Challenge is not null))
            return domains;
        await DomainRecords.MakeMissingAsync(tx, ct);
        domains = await OrganizationDomains.ListAsync(tx, ct);
        await tx.CommitAsync(ct);
        return domains;
    }

    /// <summary>Takes one of the organization's looks of this hour.</summary>
    /// <returns>The domain's name in its normal spelling; <c>not_found</c>, <c>domain_check_limit</c>.</returns>
    public async Task<Result<string, OrganizationRefusal>> BeginAsync(OrganizationId organization, string? text, CancellationToken ct)
    {
        if (DomainNames.Normalize(text) is not { } name)
            return new OrganizationRefusal(ReasonCodes.NotFound);
        await using var tx = await database.BeginAsync(organization, ct);
        if (await OrganizationDomains.LockAsync(tx, name, ct) is null)
            return new OrganizationRefusal(ReasonCodes.NotFound);
        if (!await DomainCheckBudget.TakeAsync(tx, clock.GetUtcNow(), ct))
            return new OrganizationRefusal(ReasonCodes.DomainCheckLimit);
        await DomainRecords.MakeMissingAsync(tx, ct);
        await tx.CommitAsync(ct);
        return name;
    }

    /// <summary>An administrator asks for a look now.</summary>
    /// <returns>
    /// The domain, with what was seen, whether it is proven or not; <c>not_found</c>; <c>domain_check_limit</c> where the organization has had
    /// its looks of this hour; <c>domain_verified_elsewhere</c> where the record is there but another organization has verified the domain.
    /// </returns>
    public async Task<Result<OrganizationDomain, OrganizationRefusal>> CheckAsync(
        OrganizationId organization,
        string? text,
        AuditContext context,
        CancellationToken ct
    )
    {
        var begun = await BeginAsync(organization, text, ct);
        return begun.TryGet(out var name, out var refusal) ? await LookAsync(organization, name, context, ct) : refusal;
    }

    /// <summary>The look itself, without counting it; also what looks at verified domains again.</summary>
    internal async Task<Result<OrganizationDomain, OrganizationRefusal>> LookAsync(
        OrganizationId organization,
        string name,
        AuditContext context,
        CancellationToken ct
    )
    {
        var lookup = DnsName.TryParse($"{DomainChallenge.Label}.{name}", out var host)
            ? await resolver.FindTextsAsync(host, ct)
            : new TextLookup.NoSuchName(); // so long a name cannot exist
        return await SettleAsync(organization, name, challenge => DomainProof.See(lookup, challenge), DomainProven.ByDns, context, ct);
    }

    /// <summary>The tenant that proves a domain; null where none does.</summary>
    internal async Task<DomainProven?> TenantOfAsync(OrganizationId organization, string name, CancellationToken ct)
    {
        await using var tx = await database.BeginAsync(organization, ct);
        return await OrganizationDomains.ProofOfAsync(tx, name, ct) is { Kind: DomainProofKind.Tenant } proof ? proof : null;
    }

    /// <summary>Carries out what is decided on a look into a tenant's list. What DNS proves is not touched by it.</summary>
    internal Task<Result<OrganizationDomain, OrganizationRefusal>> SettleByTenantAsync(
        OrganizationId organization,
        string name,
        TenantSight sight,
        AuditContext context,
        CancellationToken ct
    ) => SettleAsync(organization, name, _ => (sight.Result, []), new(DomainProofKind.Tenant, sight.Cloud, sight.TenantId), context, ct);

    /// <param name="by">What was looked at: the proof, where the look proves anything.</param>
    private async Task<Result<OrganizationDomain, OrganizationRefusal>> SettleAsync(
        OrganizationId organization,
        string name,
        Func<DomainChallenge, (DomainCheckResult Result, IReadOnlyList<string> Seen)> see,
        DomainProven by,
        AuditContext context,
        CancellationToken ct
    )
    {
        await using var tx = await database.BeginAsync(organization, ct);
        if (await OrganizationDomains.LockAsync(tx, name, ct) is not { Challenge: { } challenge } domain)
            return new OrganizationRefusal(ReasonCodes.NotFound); // removed in between
        var now = clock.GetUtcNow();
        var (result, seen) = see(challenge);
        if (DomainProof.IsBeside(domain.Proof, by, result))
        {
            // What proves the domain is somewhere else, and it is looked at there.
            var beside = new DomainCheck(now, result, seen);
            DomainRecords.Note(tx, name, beside);
            await tx.CommitAsync(ct);
            return domain with { LastCheck = beside };
        }
        var verdict = DomainProof.Decide(new(domain.State, result, domain.Absence, now));
        var isTaken = verdict.Outcome == DomainOutcome.Verified && !await Routes.TryAddAsync(tx, RouteKinds.VerifiedDomain, name, null, ct);
        var check = new DomainCheck(now, isTaken ? DomainCheckResult.Elsewhere : result, seen);
        DomainRecords.Note(tx, name, check);
        if (!isTaken)
            DomainRecords.Settle(tx, name, verdict, by, now);
        if (verdict.Outcome == DomainOutcome.Lost)
            await Routes.RemoveAsync(tx, RouteKinds.VerifiedDomain, name, ct);
        if (EntryOf(domain, verdict, by, isTaken) is { } entry)
            await audit.RecordAsync(tx, context, entry, ct);
        await tx.CommitAsync(ct);

        if (isTaken)
            return new OrganizationRefusal(ReasonCodes.DomainVerifiedElsewhere);
        return domain with
        {
            State = verdict.State,
            VerifiedAt = verdict.State == DomainState.Verified ? domain.VerifiedAt ?? now : null,
            LastCheck = check,
            Proof = verdict.State == DomainState.Verified ? by : null,
            Absence = verdict.State == DomainState.Verified ? verdict.Absence : DomainAbsence.None,
        };
    }

    /// <summary>What the trail says of it: only what changed, or is about to.</summary>
    private static AuditEntry? EntryOf(OrganizationDomain domain, DomainVerdict verdict, DomainProven by, bool isTaken)
    {
        var missing = by.Kind == DomainProofKind.Tenant ? ReasonCodes.DomainNotInTenant : ReasonCodes.DomainProofMissing;
        return verdict.Outcome switch
        {
            DomainOutcome.Verified when isTaken => Entry("domain.verified", AuditResult.Refused, ReasonCodes.DomainVerifiedElsewhere),
            DomainOutcome.Verified => Entry(
                "domain.verified",
                AuditResult.Success,
                null,
                ("proof", OrganizationDomains.WordOf(by.Kind)),
                ("tenantId", by.TenantId?.ToString())
            ),
            DomainOutcome.Grace when domain.Absence.Since is null => Entry(
                "domain.proof_missing",
                AuditResult.Failed,
                missing,
                ("lostFrom", verdict.Absence.Since + DomainProof.Grace)
            ),
            DomainOutcome.Lost => Entry(
                "domain.unverified",
                AuditResult.Success,
                missing,
                ("missingSince", verdict.Absence.Since),
                ("checks", verdict.Absence.Checks)
            ),
            _ => null,
        };

        AuditEntry Entry(string action, AuditResult result, string? reason, params (string Name, object? Value)[] more) =>
            ChangeDomains.Entry(action, result, reason, domain.Name, more);
    }
}
