using Anteroom.Server.Organizations.Proof;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Organizations;

/// <summary>Reads and writes an organization's domains together with their routes.</summary>
public static class OrganizationDomains
{
    private const string Columns =
        "name, state, verified_at, created_at, challenge, checked_at, check_result, check_seen, missing_since, missing_checks, proof, "
        + "proof_cloud, proof_tenant";

    private sealed record Row(
        string Name,
        string State,
        DateTimeOffset? VerifiedAt,
        DateTimeOffset CreatedAt,
        string? Challenge,
        DateTimeOffset? CheckedAt,
        string? CheckResult,
        string[] CheckSeen,
        DateTimeOffset? MissingSince,
        int MissingChecks,
        string? Proof,
        string? ProofCloud,
        Guid? ProofTenant
    )
    {
        public OrganizationDomain ToDomain() =>
            new(Name, State == "verified" ? DomainState.Verified : DomainState.Asserted, VerifiedAt, CreatedAt)
            {
                Challenge = Challenge is null ? null : new(Name, Challenge),
                LastCheck = CheckedAt is { } at && CheckResult is { } result ? new(at, DomainCheck.ResultOf(result), CheckSeen) : null,
                Absence = new(MissingSince, MissingChecks),
                Proof = Proof is null ? null : new(KindOf(Proof), ProofCloud, ProofTenant),
            };
    }

    internal static string WordOf(DomainProofKind kind) => kind == DomainProofKind.Tenant ? "tenant" : "dns";

    private static DomainProofKind KindOf(string word) => word == "tenant" ? DomainProofKind.Tenant : DomainProofKind.Dns;

    /// <summary>Null where the text can be a domain of an organization, else one sentence.</summary>
    public static string? Fault(string? text, out string name)
    {
        name = DomainNames.Normalize(text) ?? "";
        if (name.Length == 0)
            return "A domain is a name such as example.com.";
        return DomainNames.IsPublicMail(name) ? $"'{name}' gives addresses to anybody, so it cannot belong to one organization." : null;
    }

    public static async Task<IReadOnlyList<OrganizationDomain>> ListAsync(Transaction tx, CancellationToken ct)
    {
        var rows = await tx.ListAsync<Row>(
            $"SELECT {Columns} FROM organization_domains WHERE organization_id = @organization ORDER BY name LIMIT 1000",
            null,
            ct
        );
        return rows.ConvertAll(row => row.ToDomain());
    }

    /// <summary>How a domain of the organization is proven; null where it is not.</summary>
    public static async Task<DomainProven?> ProofOfAsync(Transaction tx, string name, CancellationToken ct)
    {
        var row = await tx.FirstAsync<Row>(
            $"SELECT {Columns} FROM organization_domains WHERE organization_id = @organization AND name = @name AND state = 'verified'",
            new { name },
            ct
        );
        return row?.ToDomain().Proof;
    }

    /// <summary>The domain, held until the transaction ends; null where the organization does not have it.</summary>
    internal static async Task<OrganizationDomain?> LockAsync(Transaction tx, string name, CancellationToken ct)
    {
        var row = await tx.FirstAsync<Row>(
            $"SELECT {Columns} FROM organization_domains WHERE organization_id = @organization AND name = @name FOR UPDATE",
            new { name },
            ct
        );
        return row?.ToDomain();
    }

    /// <summary>Adds it as asserted; proof comes by another way.</summary>
    /// <returns>Null where the organization has it already.</returns>
    public static async Task<OrganizationDomain?> AddAsync(Transaction tx, string name, DateTimeOffset now, CancellationToken ct)
    {
        var challenge = new DomainChallenge(name, DomainChallenge.NewValue());
        var added = await tx.ExecuteAsync(
            """
            INSERT INTO organization_domains (organization_id, name, state, challenge, created_at)
            VALUES (@organization, @name, 'asserted', @challenge, @now) ON CONFLICT DO NOTHING
            """,
            new
            {
                name,
                challenge = challenge.Value,
                now,
            },
            ct
        );
        if (added == 0)
            return null;
        await Routes.TryAddAsync(tx, RouteKinds.Domain, name, null, ct);
        return new(name, DomainState.Asserted, null, now) { Challenge = challenge };
    }

    /// <summary>Removing a verified one releases it: another organization may prove it from now on.</summary>
    /// <returns>What it was; null where the organization does not have it.</returns>
    public static async Task<OrganizationDomain?> RemoveAsync(Transaction tx, string name, CancellationToken ct)
    {
        var removed = await tx.FirstAsync<Row>(
            $"DELETE FROM organization_domains WHERE organization_id = @organization AND name = @name RETURNING {Columns}",
            new { name },
            ct
        );
        await Routes.RemoveAsync(tx, RouteKinds.Domain, name, ct);
        await Routes.RemoveAsync(tx, RouteKinds.VerifiedDomain, name, ct);
        return removed?.ToDomain();
    }
}
