using System.Text.Json;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Platform.Events;

/// <summary>What happened in an organization, in an order that never changes behind a reader (design.md §5).</summary>
/// <remarks>
/// Numbers are given before commits, so a reader that went by them alone would step over a row whose transaction ends later. Rows are
/// therefore ordered by (transaction, number), and a page stops before the oldest transaction that is still open.
/// </remarks>
public sealed class EventLog(Database.Database database)
{
    public const int MaxPage = 1000;

    /// <summary>Adds an event; it appears when the transaction commits.</summary>
    /// <param name="tx">The transaction of the change itself.</param>
    /// <param name="type">A dotted lower-case verb, <c>user.created</c>.</param>
    /// <param name="subjectId">Whom or what it is about.</param>
    /// <param name="payload">Written as JSON; ids and facts, never a secret.</param>
    /// <param name="at">When it happened.</param>
    /// <param name="ct">Cancels.</param>
    public Task AppendAsync(Transaction tx, string type, Guid? subjectId, object payload, DateTimeOffset at, CancellationToken ct)
    {
        tx.Later(
            "INSERT INTO events (organization_id, type, subject_id, payload, at) VALUES (@organization, @type, @subject, @payload::jsonb, @at)",
            new
            {
                type,
                subject = subjectId,
                payload = JsonSerializer.Serialize(payload, JsonSerializerOptions.Web),
                at,
            }
        );
        return Task.CompletedTask;
    }

    /// <summary>The events after a cursor, oldest first; none while an older transaction is open.</summary>
    public async Task<EventPage> ReadAsync(OrganizationId organization, EventCursor after, int limit, CancellationToken ct)
    {
        var rows = await database
            .In(organization)
            .ListAsync<Row>(
                """
                SELECT transaction_id::text::bigint AS transaction_id, event_id, type, subject_id, payload::text AS payload, at
                  FROM events
                 WHERE organization_id = @organization
                   AND (transaction_id, event_id) > (@transaction::text::xid8, @event)
                   AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())
                 ORDER BY transaction_id, event_id
                 LIMIT @limit
                """,
                new
                {
                    transaction = after.TransactionId,
                    @event = after.EventId,
                    limit = Math.Clamp(limit, 1, MaxPage),
                },
                ct
            );
        var items = rows.ConvertAll(row => new Event(
            new(row.TransactionId, row.EventId),
            row.Type,
            row.SubjectId,
            JsonDocument.Parse(row.Payload).RootElement,
            row.At
        ));
        return new(items, items.Count > 0 ? items[^1].Cursor : after);
    }

    private sealed record Row(long TransactionId, long EventId, string Type, Guid? SubjectId, string Payload, DateTimeOffset At);
}
