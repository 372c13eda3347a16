using System.Security.Cryptography;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Organizations.Proof;

/// <summary>Writes what is known of a domain's proof.</summary>
internal static class DomainRecords
{
    // Domains that were proven together are looked at again apart.
    private static readonly TimeSpan Spread = TimeSpan.FromHours(1);

    /// <summary>Makes the values of domains that have none: they were added before there were any.</summary>
    public static async Task MakeMissingAsync(Transaction tx, CancellationToken ct)
    {
        var names = await tx.ListAsync<string>(
            "SELECT name FROM organization_domains WHERE organization_id = @organization AND challenge IS NULL ORDER BY name LIMIT 1000",
            null,
            ct
        );
        foreach (var name in names)
            tx.Later(
                """
                UPDATE organization_domains SET challenge = @challenge
                 WHERE organization_id = @organization AND name = @name AND challenge IS NULL
                """,
                new { name, challenge = DomainChallenge.NewValue() }
            );
    }

    /// <summary>A look that changed nothing but what is told of it.</summary>
    public static void Note(Transaction tx, string name, DomainCheck check) =>
        tx.Later(
            """
            UPDATE organization_domains SET checked_at = @at, check_result = @result, check_seen = @seen
             WHERE organization_id = @organization AND name = @name
            """,
            new
            {
                name,
                at = check.At,
                result = DomainCheck.WordOf(check.Result),
                seen = check.Seen.ToArray(),
            }
        );

    /// <summary>What was decided. The route of a verified domain is written by whoever decided.</summary>
    /// <param name="by">What proves it, where it is verified.</param>
    public static void Settle(Transaction tx, string name, DomainVerdict verdict, DomainProven by, DateTimeOffset now)
    {
        var isVerified = verdict.State == DomainState.Verified;
        tx.Later(
            """
            UPDATE organization_domains
               SET state = @state, proof = @proof, proof_cloud = @cloud, proof_tenant = @tenant, verified_at = CASE WHEN @verified THEN coalesce(verified_at, @now) END,
                   missing_since = @since, missing_checks = @checks, next_check_at = @next
             WHERE organization_id = @organization AND name = @name
            """,
            new
            {
                name,
                now,
                state = isVerified ? "verified" : "asserted",
                proof = isVerified ? OrganizationDomains.WordOf(by.Kind) : null,
                cloud = isVerified ? by.Cloud : null,
                tenant = isVerified ? by.TenantId : null,
                verified = isVerified,
                since = isVerified ? verdict.Absence.Since : null,
                checks = isVerified ? verdict.Absence.Checks : 0,
                next = verdict.NextCheckAt - Earlier(verdict),
            }
        );
    }

    private static TimeSpan Earlier(DomainVerdict verdict) =>
        verdict.Outcome == DomainOutcome.Undecided
            ? TimeSpan.Zero
            : TimeSpan.FromSeconds(RandomNumberGenerator.GetInt32((int)Spread.TotalSeconds));
}
