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
        if (DomainNames.Normalize(text) is not { } name)
            return new OrganizationRefusal(ReasonCodes.NotFound);
        await using (var tx = await database.BeginAsync(organization, ct))
        {
            if (await OrganizationDomains.LockAsync(tx, name, ct) is null)
                return new OrganizationRefusal(ReasonCodes.NotFound);
            if (!await DomainCheckBudget.TakeAsync(tx, clock.GetUtcNow(), ct))
                return new OrganizationRefusal(ReasonCodes.DomainCheckLimit);
            await DomainRecords.MakeMissingAsync(tx, ct);
            await tx.CommitAsync(ct);
        }
        return await LookAsync(organization, name, context, ct);
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

        await using var tx = await database.BeginAsync(organization, ct);
        if (await OrganizationDomains.LockAsync(tx, name, ct) is not { Challenge: { } challenge } domain)
            return new OrganizationRefusal(ReasonCodes.NotFound); // removed in between
        var now = clock.GetUtcNow();
        var (result, seen) = DomainProof.See(lookup, challenge);
        var verdict = DomainProof.Decide(new(domain.State, result, domain.Absence, now));
        var isTaken = verdict.Outcome == DomainOutcome.Verified && !await Routes.TryAddAsync(tx, RouteKinds.VerifiedDomain, name, null, ct);
        var check = new DomainCheck(now, isTaken ? DomainCheckResult.Elsewhere : result, seen);
        DomainRecords.Note(tx, name, check);
        if (!isTaken)
            DomainRecords.Settle(tx, name, verdict, now);
        if (verdict.Outcome == DomainOutcome.Lost)
            await Routes.RemoveAsync(tx, RouteKinds.VerifiedDomain, name, ct);
        if (EntryOf(domain, verdict, isTaken) is { } entry)
            await audit.RecordAsync(tx, context, entry, ct);
        await tx.CommitAsync(ct);

        if (isTaken)
            return new OrganizationRefusal(ReasonCodes.DomainVerifiedElsewhere);
        return domain with
        {
            State = verdict.State,
            VerifiedAt = verdict.State == DomainState.Verified ? domain.VerifiedAt ?? now : null,
            LastCheck = check,
            Absence = verdict.State == DomainState.Verified ? verdict.Absence : DomainAbsence.None,
        };
    }

    /// <summary>What the trail says of it: only what changed, or is about to.</summary>
    private static AuditEntry? EntryOf(OrganizationDomain domain, DomainVerdict verdict, bool isTaken)
    {
        return verdict.Outcome switch
        {
            DomainOutcome.Verified when isTaken => Entry("domain.verified", AuditResult.Refused, ReasonCodes.DomainVerifiedElsewhere),
            DomainOutcome.Verified => Entry("domain.verified", AuditResult.Success, null),
            DomainOutcome.Grace when domain.Absence.Since is null => Entry(
                "domain.proof_missing",
                AuditResult.Failed,
                ReasonCodes.DomainProofMissing,
                ("lostFrom", verdict.Absence.Since + DomainProof.Grace)
            ),
            DomainOutcome.Lost => Entry(
                "domain.unverified",
                AuditResult.Success,
                ReasonCodes.DomainProofMissing,
                ("missingSince", verdict.Absence.Since),
                ("checks", verdict.Absence.Checks)
            ),
            _ => null,
        };

        AuditEntry Entry(string action, AuditResult result, string? reason, params (string Name, object? Value)[] more) =>
            ChangeDomains.Entry(action, result, reason, domain.Name, more);
    }
}
