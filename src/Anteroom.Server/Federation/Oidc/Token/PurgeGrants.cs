using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Jobs;

namespace Anteroom.Server.Federation.Oidc.Token;

/// <summary>Removes grants that nothing can come of any more, a thousand at a time, organization by organization.</summary>
public sealed class PurgeGrants(Database database, TimeProvider clock, ILogger<PurgeGrants> log) : IJobHandler
{
    public const string JobKind = "oidc.purge_grants";

    public static readonly TimeSpan Every = TimeSpan.FromHours(1);

    private const int Batch = 1_000;

    // A code is recognised as replayed for a day after it could have been redeemed; a rotated refresh token until its family ends.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    public string Kind => JobKind;

    public async Task RunAsync(Job job, CancellationToken ct)
    {
        var removed = 0;
        await foreach (var organization in EveryOrganization.ListAsync(database, ct))
            removed += await PurgeAsync(organization, ct);
        if (removed > 0)
            log.GrantsPurged(removed);
    }

    private async Task<int> PurgeAsync(OrganizationId organization, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var total = 0;
        while (true)
        {
            // Ids are in order of time (UUID version 7), so that the key itself finds the old ones.
            var removed = await database
                .In(organization)
                .ListAsync<Guid>(
                    """
                    DELETE FROM grants
                     WHERE organization_id = @organization AND grant_id IN (
                           SELECT g.grant_id FROM grants g
                            WHERE g.organization_id = @organization AND g.grant_id < @before
                              AND NOT EXISTS (SELECT FROM refresh_tokens t
                                               WHERE t.organization_id = g.organization_id AND t.grant_id = g.grant_id AND t.absolute_expires_at > @now)
                            ORDER BY g.grant_id LIMIT @batch)
                    RETURNING grant_id
                    """,
                    new
                    {
                        before = Guid.CreateVersion7(now - Kept),
                        now,
                        batch = Batch,
                    },
                    ct
                );
            total += removed.Count;
            if (removed.Count < Batch)
                return total;
        }
    }
}
