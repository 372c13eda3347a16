using System.Collections.Frozen;
using System.Text.Json;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Jobs;
using Anteroom.Server.Platform.Observability;

namespace Anteroom.Server.Platform.Outbox;

/// <summary>Delivers what the outbox holds: leased with SKIP LOCKED, finished only under its own lease, tried again with growing pauses.</summary>
public sealed class OutboxWorker(
    Database.Database database,
    IEnumerable<IOutboxHandler> handlers,
    Notifications.Notifications notifications,
    TimeProvider clock,
    ILogger<OutboxWorker> log
) : BackgroundService
{
    private const int BatchSize = 16;
    private const int AtOnce = 8;

    private static readonly TimeSpan SafetyNet = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DeliveryTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2); // longer than BatchSize / AtOnce deliveries that time out
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LongestAskedPause = TimeSpan.FromMinutes(10); // SEC-303

    private readonly FrozenDictionary<string, IOutboxHandler> _handlers = handlers.ToFrozenDictionary(handler => handler.Kind);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_handlers.Count == 0)
            return;

        using var signal = new WakeSignal(clock);
        using var subscription = notifications.Listen(Outbox.Channel, _ => signal.Set());
        while (!stoppingToken.IsCancellationRequested)
        {
            var delivered = 0;
            try
            {
                delivered = await RunOnceAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (Pool.IsOutOfReach(e))
            {
                log.OutboxDelayed(e);
            }
            if (delivered < BatchSize)
                await signal.WaitAsync(SafetyNet, stoppingToken);
        }
    }

    /// <summary>One batch.</summary>
    /// <returns>How many were leased.</returns>
    internal async Task<int> RunOnceAsync(CancellationToken ct)
    {
        var lease = Identifiers.NewUuid(clock);
        var rows = await LeaseAsync(lease, ct);
        await Parallel.ForEachAsync(
            rows,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = CancellationToken.None },
            async (row, _) => await AttemptAsync(row, lease, ct)
        );
        return rows.Count;
    }

    private Task<List<Row>> LeaseAsync(Guid lease, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return database.OutsideOrganizations.ListAsync<Row>(
            $"""
            UPDATE outbox SET lease_owner = @lease, lease_until = @until, attempts = attempts + 1
             WHERE outbox_id IN (SELECT outbox_id FROM outbox
                                  WHERE done_at IS NULL AND next_attempt_at <= @now AND (lease_until IS NULL OR lease_until <= @now)
                                    AND kind = ANY(@kinds)
                                  ORDER BY next_attempt_at LIMIT {BatchSize} FOR UPDATE SKIP LOCKED)
            RETURNING outbox_id, organization_id, kind, payload::text AS payload, attempts, give_up_at, created_at
            """,
            new
            {
                lease,
                now,
                until = now + Lease,
                kinds = _handlers.Keys.ToArray(),
            },
            ct
        );
    }

    private async Task AttemptAsync(Row row, Guid lease, CancellationToken ct)
    {
        var handler = _handlers[row.Kind];
        var item = new OutboxItem(
            row.OutboxId,
            new(row.OrganizationId),
            row.Kind,
            JsonDocument.Parse(row.Payload).RootElement,
            row.Attempts,
            row.CreatedAt
        );
        OutboxOutcome outcome;
        using (var patience = new CancellationTokenSource(DeliveryTimeout, clock))
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct))
        {
            try
            {
                outcome = await handler.DeliverAsync(item, either.Token);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                await ReleaseAsync(row, lease); // another node, or the next start, goes on at once
                return;
            }
#pragma warning disable CA1031 // A handler's mistake is an attempt that failed.
            catch (Exception e)
            {
                log.DeliveryThrew(e, row.Kind, row.OutboxId);
                outcome = OutboxOutcome.Retry(e.GetType().Name);
            }
#pragma warning restore CA1031
        }
        await FinishAsync(handler, item, row, outcome, lease);
    }

    // What happened outside has happened: it is written down also while the node stops, so without a token.
    private async Task FinishAsync(IOutboxHandler handler, OutboxItem item, Row row, OutboxOutcome outcome, Guid lease)
    {
        var now = clock.GetUtcNow();
        switch (outcome)
        {
            case OutboxOutcome.Done:
                await DoneAsync(row, lease, "delivered", null, now);
                Telemetry.Delivered(row.Kind, "delivered");
                return;
            case OutboxOutcome.Again again when Next(row, again, now) is var next && next < row.GiveUpAt:
                await database.OutsideOrganizations.ExecuteAsync(
                    """
                    UPDATE outbox SET next_attempt_at = @next, last_error = @error, lease_owner = NULL, lease_until = NULL
                     WHERE outbox_id = @id AND lease_owner = @lease AND done_at IS NULL
                    """,
                    new
                    {
                        id = row.OutboxId,
                        lease,
                        next,
                        error = LogText.Clean(again.Error),
                    },
                    CancellationToken.None
                );
                Telemetry.Delivered(row.Kind, "retry");
                return;
            default:
                var error = outcome is OutboxOutcome.Again last ? last.Error : ((OutboxOutcome.Hopeless)outcome).Error;
                if (!await DoneAsync(row, lease, "givenUp", LogText.Clean(error), now))
                    return;
                log.GivenUp(row.Kind, row.OutboxId, row.Attempts, LogText.Clean(error));
                Telemetry.Delivered(row.Kind, "given_up");
                await handler.GivenUpAsync(item, error, CancellationToken.None);
                return;
        }
    }

    private static DateTimeOffset Next(Row row, OutboxOutcome.Again again, DateTimeOffset now)
    {
        var pause = Backoff.After(row.Attempts, FirstPause, LongestPause);
        var asked = again.After is { } after ? TimeSpan.FromTicks(Math.Clamp(after.Ticks, 0, LongestAskedPause.Ticks)) : TimeSpan.Zero;
        return now + (asked > pause ? asked : pause);
    }

    private async Task<bool> DoneAsync(Row row, Guid lease, string outcome, string? error, DateTimeOffset now) =>
        await database.OutsideOrganizations.ExecuteAsync(
            """
            UPDATE outbox SET done_at = @now, outcome = @outcome, last_error = coalesce(@error, last_error), lease_owner = NULL, lease_until = NULL
             WHERE outbox_id = @id AND lease_owner = @lease AND done_at IS NULL
            """,
            new
            {
                id = row.OutboxId,
                lease,
                outcome,
                error,
                now,
            },
            CancellationToken.None
        ) == 1;

    private Task<int> ReleaseAsync(Row row, Guid lease) =>
        database.OutsideOrganizations.ExecuteAsync(
            """
            UPDATE outbox SET attempts = attempts - 1, lease_owner = NULL, lease_until = NULL
             WHERE outbox_id = @id AND lease_owner = @lease AND done_at IS NULL
            """,
            new { id = row.OutboxId, lease },
            CancellationToken.None
        );

    private sealed record Row(
        Guid OutboxId,
        Guid OrganizationId,
        string Kind,
        string Payload,
        int Attempts,
        DateTimeOffset GiveUpAt,
        DateTimeOffset CreatedAt
    );
}
