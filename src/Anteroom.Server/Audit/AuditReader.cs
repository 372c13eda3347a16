using System.Text.Json;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Audit;

/// <summary>Which rows; null members do not filter.</summary>
/// <param name="After">The <see cref="AuditPage.Next"/> of the page before; null for the newest.</param>
/// <param name="Action">An action, or with a trailing dot all that begin so: <c>user.</c>.</param>
/// <param name="User">Whoever acted or was acted upon.</param>
/// <param name="Limit">Rows, 1 to 200; 50 by default.</param>
public sealed record AuditFilter(long? After = null, string? Action = null, Guid? User = null, int Limit = 50);

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

/// <summary>Rows, newest first, and where the next page begins; null at the end.</summary>
public sealed record AuditPage(IReadOnlyList<AuditItem> Items, long? Next);

/// <summary>Reads an organization's trail for the API and the console.</summary>
public sealed class AuditReader(Database database)
{
    public const int MaxLimit = 200;

    public async Task<AuditPage> PageAsync(OrganizationId organization, AuditFilter filter, CancellationToken ct)
    {
        var limit = Math.Clamp(filter.Limit, 1, MaxLimit);
        var rows = await database
            .In(organization)
            .ListAsync<Row>(
                $"""
                SELECT event.audit_id, event.at, event.recorded_at, event.actor_kind, event.actor_id, {AuditNames.Of(
                    "event.actor_id"
                )} AS actor_name, event.action,
                       event.target_kind, event.target_id, {AuditNames.Of(
                    "event.target_id"
                )} AS target_name, event.result, event.reason, event.network,
                       event.correlation_id, event.details::text AS details
                  FROM (SELECT * FROM audit_events
                         WHERE organization_id = @organization
                           AND (@after::bigint IS NULL OR audit_id < @after::bigint)
                           AND (@action::text IS NULL OR action = @action::text
                                OR (right(@action::text, 1) = '.' AND starts_with(action, @action::text)))
                           AND (@user::uuid IS NULL OR actor_id = @user::uuid OR target_id = @user::uuid)
                         ORDER BY audit_id DESC LIMIT @limit) event
                 ORDER BY event.audit_id DESC
                """,
                new
                {
                    after = filter.After,
                    action = filter.Action,
                    user = filter.User,
                    limit = limit + 1,
                },
                ct
            );
        var items = rows.Take(limit).Select(row => row.ToItem()).ToList();
        return new(items, rows.Count > limit ? items[^1].Id : null);
    }

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
        public AuditItem ToItem() =>
            new(
                AuditId,
                At,
                RecordedAt,
                ActorKind,
                ActorId,
                ActorName,
                Action,
                TargetKind,
                TargetId,
                TargetName,
                Result,
                Reason,
                Network,
                CorrelationId,
                JsonDocument.Parse(Details).RootElement
            );
    }
}
