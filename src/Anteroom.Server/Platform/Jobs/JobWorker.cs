using System.Collections.Frozen;
using System.Text.Json;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Observability;

namespace Anteroom.Server.Platform.Jobs;

/// <summary>Runs jobs: leased with SKIP LOCKED, the lease renewed while they run, finished only under their own lease.</summary>
public sealed class JobWorker(
    Database.Database database,
    IEnumerable<IJobHandler> handlers,
    IEnumerable<RecurringJob> recurring,
    Notifications.Notifications notifications,
    TimeProvider clock,
    ILogger<JobWorker> log
) : BackgroundService
{
    private const int AtOnce = 2;
    private const int MaxAttempts = 12; // with the pauses below about two hours

    private static readonly TimeSpan SafetyNet = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);

    private readonly FrozenDictionary<string, IJobHandler> _handlers = handlers.ToFrozenDictionary(handler => handler.Kind);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_handlers.Count == 0)
            return;

        using var signal = new WakeSignal(clock);
        using var subscription = notifications.Listen(JobQueue.Channel, _ => signal.Set());
        await KeepTryingAsync(() => EnsureRecurringAsync(stoppingToken), signal, stoppingToken);
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => WorkAsync(signal, stoppingToken)));
    }

    private async Task WorkAsync(WakeSignal signal, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
            if (!await KeepTryingAsync(() => RunOneAsync(ct), signal, ct))
                await signal.WaitAsync(SafetyNet, ct);
    }

    private async Task<bool> KeepTryingAsync(Func<Task<bool>> work, WakeSignal signal, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                return await work();
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) when (Pool.IsOutOfReach(e))
            {
                log.JobsDelayed(e);
                await signal.WaitAsync(SafetyNet, ct);
            }
        }
        return false;
    }

    /// <summary>Makes the rows of recurring work, or corrects their period after an update.</summary>
    internal async Task<bool> EnsureRecurringAsync(CancellationToken ct)
    {
        foreach (var job in recurring)
            await database.OutsideOrganizations.ExecuteAsync(
                """
                INSERT INTO jobs (job_id, organization_id, kind, unique_key, run_at, every, created_at)
                VALUES (@id, @platform, @kind, 'recurring:' || @kind, @now, make_interval(secs => @seconds), @now)
                ON CONFLICT (unique_key) DO UPDATE
                   SET every = excluded.every, run_at = least(jobs.run_at, excluded.run_at + excluded.every), done_at = NULL
                 WHERE jobs.every IS DISTINCT FROM excluded.every OR jobs.done_at IS NOT NULL
                """,
                new
                {
                    id = Identifiers.NewUuid(clock),
                    platform = OrganizationId.Platform.Value,
                    kind = job.Kind,
                    now = clock.GetUtcNow(),
                    seconds = job.Every.TotalSeconds,
                },
                ct
            );
        return true;
    }

    /// <summary>Runs the job that has been due longest.</summary>
    /// <returns>False when nothing was due.</returns>
    internal async Task<bool> RunOneAsync(CancellationToken ct)
    {
        var lease = Identifiers.NewUuid(clock);
        if (await LeaseAsync(lease, ct) is not { } row)
            return false;

        var job = new Job(row.JobId, new(row.OrganizationId), row.Kind, JsonDocument.Parse(row.Payload).RootElement, row.Attempts);
        using var lost = new CancellationTokenSource();
        using var ended = new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, lost.Token);
        var renewing = RenewAsync(row.JobId, lease, lost, ended.Token);
        Exception? failure = null;
        try
        {
            await _handlers[row.Kind].RunAsync(job, either.Token);
        }
#pragma warning disable CA1031 // A handler's mistake is an attempt that failed.
        catch (Exception e)
        {
            failure = e;
        }
#pragma warning restore CA1031
        await ended.CancelAsync();
        await renewing;

        if (failure is OperationCanceledException && either.IsCancellationRequested)
            await ReleaseAsync(row, lease);
        else
            await FinishAsync(row, lease, failure);
        return true;
    }

    private Task<Row?> LeaseAsync(Guid lease, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return database.OutsideOrganizations.FirstAsync<Row>(
            """
            UPDATE jobs SET lease_owner = @lease, lease_until = @until, attempts = attempts + 1
             WHERE job_id = (SELECT job_id FROM jobs
                              WHERE done_at IS NULL AND run_at <= @now AND (lease_until IS NULL OR lease_until <= @now)
                                AND kind = ANY(@kinds)
                              ORDER BY run_at LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING job_id, organization_id, kind, payload::text AS payload, attempts, extract(epoch FROM every)::float8 AS every_seconds
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

    private async Task RenewAsync(Guid job, Guid lease, CancellationTokenSource lost, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(RenewEvery, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
            {
                var renewed = await database.OutsideOrganizations.ExecuteAsync(
                    "UPDATE jobs SET lease_until = @until WHERE job_id = @job AND lease_owner = @lease",
                    new
                    {
                        job,
                        lease,
                        until = clock.GetUtcNow() + Lease,
                    },
                    ended
                );
                if (renewed == 0)
                {
                    await lost.CancelAsync();
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The job has ended.
        }
        catch (Exception e) when (Pool.IsOutOfReach(e))
        {
            log.JobsDelayed(e);
            await lost.CancelAsync();
        }
    }

    private async Task FinishAsync(Row row, Guid lease, Exception? failure)
    {
        var now = clock.GetUtcNow();
        var every = row.EverySeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        var pause = Backoff.After(row.Attempts, FirstPause, LongestPause);
        DateTimeOffset? next = (failure, every) switch
        {
            (null, null) => null,
            (null, { } period) => now + period,
            ({ }, { } period) => now + (pause < period ? pause : period),
            ({ }, null) => row.Attempts < MaxAttempts ? now + pause : null,
        };
        if (failure is not null)
            log.JobFailed(failure, row.Kind, row.JobId, row.Attempts);
        Telemetry.JobRan(
            row.Kind,
            failure is null ? "done"
                : next is null ? "given_up"
                : "failed"
        );

        await database.OutsideOrganizations.ExecuteAsync(
            """
            UPDATE jobs SET run_at = coalesce(@next, run_at), done_at = CASE WHEN @next::timestamptz IS NULL THEN @now END,
                            unique_key = CASE WHEN @next::timestamptz IS NULL THEN NULL ELSE unique_key END,
                            attempts = CASE WHEN @succeeded AND @next::timestamptz IS NOT NULL THEN 0 ELSE attempts END,
                            last_error = @error, lease_owner = NULL, lease_until = NULL
             WHERE job_id = @id AND lease_owner = @lease
            """,
            new
            {
                id = row.JobId,
                lease,
                now,
                next,
                succeeded = failure is null,
                error = failure?.GetType().Name, // the message may quote data; the log has it
            },
            CancellationToken.None
        );
    }

    private Task<int> ReleaseAsync(Row row, Guid lease) =>
        database.OutsideOrganizations.ExecuteAsync(
            "UPDATE jobs SET attempts = attempts - 1, lease_owner = NULL, lease_until = NULL WHERE job_id = @id AND lease_owner = @lease",
            new { id = row.JobId, lease },
            CancellationToken.None
        );

    private sealed record Row(Guid JobId, Guid OrganizationId, string Kind, string Payload, int Attempts, double? EverySeconds);
}
