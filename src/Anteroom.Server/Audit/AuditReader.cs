using System.Text.Json;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Audit;

/// <summary>Which rows; null members do not filter.</summary>
/// <param name="After">The number of the last row of the page before; null for the first page.</param>
/// <param name="Action">An action, or with a trailing dot all that begin so: <c>user.</c>.</param>
/// <param name="User">Whoever acted or was acted upon.</param>
/// <param name="Limit">Rows, 1 to <see cref="AuditReader.MaxLimit"/>.</param>
public sealed record AuditFilter(long? After = null, string? Action = null, Guid? User = null, int Limit = 50)
{
    /// <summary>Not before this instant.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before this instant.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The oldest first; otherwise the newest.</summary>
    public bool IsAscending { get; init; }
}

/// <summary>One row with the names that are still known.</summary>
public sealed record AuditItem(
    long Id,
    DateTimeOffset At,
    DateTimeOffset RecordedAt,
    string ActorKind,
    Guid? ActorId,
    string? ActorName,
    string Action,
    string? TargetKind,
    Guid? TargetId,
    string? TargetName,
    string Result,
    string? Reason,
    string? Network,
    string? CorrelationId,
    JsonElement Details
);

/// <summary>Reads an organization's trail, whatever its length: each filter has an index that gives its rows in their order.</summary>
public sealed class AuditReader(Database database)
{
    public const int MaxLimit = 1001;

    /// <summary>Rows are numbered when they are written and dated when they are decided, seconds before at most.</summary>
    private static readonly TimeSpan Disorder = TimeSpan.FromMinutes(2);

    public async Task<IReadOnlyList<AuditItem>> ListAsync(OrganizationId organization, AuditFilter filter, CancellationToken ct)
    {
        var scope = database.In(organization);
        var first = filter.From is { } from ? await NumberAtAsync(scope, from - Disorder, ct) : 0;
        var end = filter.Until is { } until ? await NumberAtAsync(scope, until + Disorder, ct) : long.MaxValue;
        if (filter.After is { } after)
            (first, end) = filter.IsAscending ? (Math.Max(first, after + 1), end) : (first, Math.Min(end, after));
        var rows = await scope.ListAsync<Row>(
            Sql(filter),
            new
            {
                first,
                end,
                from = filter.From ?? DateTimeOffset.UnixEpoch,
                until = filter.Until ?? DateTimeOffset.MaxValue,
                actions = filter.Action is { } action ? AuditActions.Matching(action).ToArray() : [],
                user = filter.User,
                limit = Math.Clamp(filter.Limit, 1, MaxLimit),
            },
            ct
        );
        return rows.ConvertAll(row => row.ToItem());
    }

    public async Task<AuditItem?> FindAsync(OrganizationId organization, long number, CancellationToken ct)
    {
        var row = await database
            .In(organization)
            .FirstAsync<Row>(
                Told("SELECT * FROM audit_events WHERE organization_id = @organization AND audit_id = @number", ""),
                new { number },
                ct
            );
        return row?.ToItem();
    }

    /// <summary>Some rows by each way that an index leads to, then the first of them all.</summary>
    private static string Sql(AuditFilter filter)
    {
        var order = filter.IsAscending ? "ORDER BY audit_id" : "ORDER BY audit_id DESC";
        var byAction = filter.Action is null ? "" : "AND action = ANY (@actions)";
        const string InTime = "organization_id = @organization AND audit_id >= @first AND audit_id < @end AND at >= @from AND at < @until";
        var rows =
            filter.User is not null
                ? $"""
                    (SELECT * FROM audit_events WHERE {InTime} AND actor_id = @user {byAction} {order} LIMIT @limit)
                    UNION ALL
                    (SELECT * FROM audit_events WHERE {InTime} AND target_id = @user AND actor_id IS DISTINCT FROM @user {byAction} {order} LIMIT @limit)
                    """
            : filter.Action is not null
                ? $"""
                    SELECT event.* FROM unnest(@actions) AS wanted (name) CROSS JOIN LATERAL (
                        SELECT * FROM audit_events WHERE {InTime} AND action = wanted.name {order} LIMIT @limit) event
                    """
            : $"SELECT * FROM audit_events WHERE {InTime}";
        return Told($"SELECT * FROM ({rows}) found {order} LIMIT @limit", order);
    }

    private static string Told(string rows, string order) =>
        $"""
            SELECT event.audit_id, event.at, event.recorded_at, event.actor_kind, event.actor_id, {AuditNames.Of(
                "event.actor_id"
            )} AS actor_name,
                   event.action, event.target_kind, event.target_id, {AuditNames.Of("event.target_id")} AS target_name, event.result,
                   event.reason, event.network, event.correlation_id, event.details::text AS details
              FROM ({rows}) event {order}
            """;

    /// <summary>The first number whose row is not older than an instant, found by halving: rows lie in the order of their numbers.</summary>
    private static async Task<long> NumberAtAsync(Scope scope, DateTimeOffset instant, CancellationToken ct) =>
        await scope.FirstAsync<long?>(
            """
            WITH RECURSIVE halving (low, high) AS (
                SELECT 0::bigint, coalesce((SELECT max(audit_id) FROM audit_events WHERE organization_id = @organization), 0) + 1
                UNION ALL
                SELECT CASE WHEN probe.at < @instant THEN probe.audit_id + 1 ELSE low END,
                       CASE WHEN probe.at < @instant THEN high ELSE middle END
                  FROM halving CROSS JOIN LATERAL (SELECT (low + high) / 2 AS middle) half
                  LEFT JOIN LATERAL (SELECT audit_id, at FROM audit_events
                                      WHERE organization_id = @organization AND audit_id >= middle ORDER BY audit_id LIMIT 1) probe ON true
                 WHERE low < high)
            SELECT low FROM halving WHERE low >= high LIMIT 1
            """,
            new { instant },
            ct
        ) ?? 0;

    private sealed record Row(
        long AuditId,
        DateTimeOffset At,
        DateTimeOffset RecordedAt,
        string ActorKind,
        Guid? ActorId,
        string? ActorName,
        string Action,
        string? TargetKind,
        Guid? TargetId,
        string? TargetName,
        string Result,
        string? Reason,
        string? Network,
        string? CorrelationId,
        string Details
    )
    {
        public AuditItem ToItem()
        {
            var details = JsonElement.Parse(Details);
            return new(
                AuditId,
                At,
                RecordedAt,
                ActorKind,
                ActorId,
                ActorName,
                Action,
                TargetKind,
                TargetId,
                TargetName ?? (TargetId is null ? NameIn(details) : null),
                Result,
                Reason,
                Network,
                CorrelationId,
                details
            );
        }

        /// <summary>As <see cref="AuditEntry.OfNamed"/> wrote it.</summary>
        private string? NameIn(JsonElement details) =>
            TargetKind is { } kind && details.TryGetProperty(kind, out var name) && name.ValueKind == JsonValueKind.String
                ? name.GetString()
                : null;
    }
}
