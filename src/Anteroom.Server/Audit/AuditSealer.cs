using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Audit;

/// <summary>Chains committed rows into seals, organization by organization, within seconds; nobody who writes a row waits for it (SEC-321).</summary>
/// <remarks>
/// Rows become visible in the order of commits, not of their numbers. A seal takes only rows whose transaction is older than the oldest
/// one still open, ordered by (transaction, number): nothing can appear before them any more. One node seals an organization at a time.
/// </remarks>
public sealed class AuditSealer(
    Database database,
    FreshRows fresh,
    AuditTrail trail,
    RefusalLimiter limiter,
    TimeProvider clock,
    ILogger<AuditSealer> log
) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private const int MaxRows = 1000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await RunOnceAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping. What is not sealed yet is found by the sweep of another node or of the next start.
        }
    }

    internal async Task RunOnceAsync(CancellationToken ct)
    {
        try
        {
            await WriteCountsAsync(ct);
            foreach (var organization in fresh.List())
                if (await SealAllAsync(organization, ct) == 0)
                    fresh.ForgetIfQuiet(organization);
        }
        catch (Exception e) when (Pool.IsOutOfReach(e))
        {
            log.SealingDelayed(e);
        }
    }

    /// <summary>Seals all that can be sealed.</summary>
    /// <returns>The number of rows sealed.</returns>
    public async Task<int> SealAllAsync(OrganizationId organization, CancellationToken ct)
    {
        var total = 0;
        while (await SealAsync(organization, ct) is > 0 and var count)
            total += count;
        return total;
    }

    private async Task<int> SealAsync(OrganizationId organization, CancellationToken ct)
    {
        await using var tx = await database.BeginAsync(organization, ct);
        var alone = await tx.FirstAsync<bool>(
            "SELECT pg_try_advisory_xact_lock(hashtextextended('audit_seals:' || @organization, 0))",
            null,
            ct
        );
        if (!alone)
            return 0;

        var last =
            await tx.FirstAsync<AuditLink>(
                """
                (SELECT number, hash, last_transaction::text::bigint AS last_transaction, audit_ids[cardinality(audit_ids)] AS last_audit_id
                   FROM audit_seals WHERE organization_id = @organization ORDER BY number DESC LIMIT 1)
                UNION ALL
                SELECT seal, hash, last_transaction::text::bigint, last_audit_id FROM audit_cuts WHERE organization_id = @organization
                 ORDER BY number DESC LIMIT 1
                """,
                null,
                ct
            ) ?? AuditLink.Origin;
        var rows = await tx.ListAsync<AuditRow>(
            $"""
            SELECT {AuditRow.Columns} FROM audit_events
             WHERE organization_id = @organization
               AND (transaction_id, audit_id) > (@transaction::text::xid8, @id)
               AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())
             ORDER BY audit_events.transaction_id, audit_id
             LIMIT {MaxRows}
            """,
            new { transaction = last.LastTransaction, id = last.LastAuditId },
            ct
        );
        if (rows.Count == 0)
            return 0;

        // What the database keeps has microseconds; the hash must say the same.
        var now = clock.GetUtcNow();
        var seal = AuditSeal.Over(rows, last, now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond)));
        await tx.ExecuteAsync(
            """
            INSERT INTO audit_seals (organization_id, number, audit_ids, row_hashes, last_transaction, previous, hash, sealed_at)
            VALUES (@organization, @number, @ids, @row_hashes, @last_transaction::text::xid8, @previous, @hash, @sealed_at)
            """,
            new
            {
                number = seal.Number,
                ids = seal.AuditIds,
                row_hashes = seal.RowHashes,
                last_transaction = seal.LastTransaction,
                previous = seal.Previous,
                hash = seal.Hash,
                sealed_at = seal.SealedAt,
            },
            ct
        );
        await tx.CommitAsync(ct);
        return rows.Count;
    }

    private async Task WriteCountsAsync(CancellationToken ct)
    {
        foreach (var (cause, minute, count) in limiter.TakeSuppressed(clock.GetUtcNow()))
        {
            await using var tx = await database.BeginAsync(cause.Organization, ct);
            var context = new AuditContext(Actor.System, null, null, "refusals");
            var entry = new AuditEntry("audit.refusals_counted", AuditResult.Refused, cause.Reason)
            {
                Details = new Dictionary<string, object?>
                {
                    ["refusedAction"] = cause.Action,
                    ["minute"] = minute,
                    ["count"] = count,
                },
            };
            await trail.RecordAsync(tx, context, entry, ct);
            await tx.CommitAsync(ct);
        }
    }
}
