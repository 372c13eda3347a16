using System.Text.Json;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Platform.Jobs;

/// <summary>Work for later, on whichever node is free. A job exists when the transaction that asked for it has committed.</summary>
public sealed class JobQueue(TimeProvider clock)
{
    /// <summary>The channel that wakes the workers of all nodes.</summary>
    public const string Channel = "jobs";

    /// <param name="tx">The transaction that asks for the work; its organization becomes the job's.</param>
    /// <param name="kind">Which <see cref="IJobHandler"/> does it.</param>
    /// <param name="payload">Written as JSON: ids, never data of people, never a secret.</param>
    /// <param name="ct">Cancels.</param>
    /// <param name="runAt">Not before; at once by default.</param>
    /// <param name="uniqueKey">A second job with this key is not enqueued while the first waits or runs.</param>
    public Task EnqueueAsync(
        Transaction tx,
        string kind,
        object payload,
        CancellationToken ct,
        DateTimeOffset? runAt = null,
        string? uniqueKey = null
    )
    {
        var now = clock.GetUtcNow();
        tx.Later(
            """
            INSERT INTO jobs (job_id, organization_id, kind, unique_key, payload, run_at, created_at)
            VALUES (@id, @organization, @kind, @unique_key, @payload::jsonb, @run_at, @now)
            ON CONFLICT (unique_key) DO NOTHING
            """,
            new
            {
                id = Identifiers.NewUuid(clock),
                kind,
                unique_key = uniqueKey,
                payload = JsonSerializer.Serialize(payload, JsonSerializerOptions.Web),
                run_at = runAt ?? now,
                now,
            }
        );
        tx.Later($"NOTIFY {Channel}", null);
        return Task.CompletedTask;
    }
}
