using System.Text.Json;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Platform.Outbox;

/// <summary>What must reach the outside because, and only because, a transaction committed: logout notices, webhooks, mail.</summary>
public sealed class Outbox(TimeProvider clock)
{
    /// <summary>The channel that wakes the workers of all nodes.</summary>
    public const string Channel = "outbox";

    /// <summary>Enqueues a delivery; it is tried as soon as the transaction commits, and again with growing pauses until it is given up.</summary>
    /// <param name="tx">The transaction of the change that has to be told.</param>
    /// <param name="kind">Which <see cref="IOutboxHandler"/> delivers it.</param>
    /// <param name="payload">Written as JSON: ids, never data of people, never a secret.</param>
    /// <param name="giveUpAfter">How long it is tried.</param>
    /// <param name="ct">Cancels.</param>
    public Task EnqueueAsync(Transaction tx, string kind, object payload, TimeSpan giveUpAfter, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        tx.Later(
            """
            INSERT INTO outbox (outbox_id, organization_id, kind, payload, next_attempt_at, give_up_at, created_at)
            VALUES (@id, @organization, @kind, @payload::jsonb, @now, @give_up, @now)
            """,
            new
            {
                id = Identifiers.NewUuid(clock),
                kind,
                payload = JsonSerializer.Serialize(payload, JsonSerializerOptions.Web),
                now,
                give_up = now + giveUpAfter,
            }
        );
        tx.Later($"NOTIFY {Channel}", null);
        return Task.CompletedTask;
    }
}
