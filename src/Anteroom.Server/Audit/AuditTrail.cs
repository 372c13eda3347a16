using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Observability;

namespace Anteroom.Server.Audit;

/// <summary>The append-only record of who did what to whom, with what result (SEC-320).</summary>
public sealed class AuditTrail(Database database, RefusalLimiter limiter, FreshRows fresh, TimeProvider clock)
{
    // A name is written only where it is new or differs from the newest. Nothing is unique here, so no transaction waits for another
    // that has named the same person and is not over yet; the purge removes what two wrote twice.
    private const string Row = """
        WITH names AS (
            INSERT INTO audit_names (organization_id, id, name)
            SELECT DISTINCT ON (told.id) @organization, told.id, told.name
              FROM (VALUES (@actor_id::uuid, @actor_name::text), (@target_id::uuid, @target_name::text)) AS told (id, name)
             WHERE told.id IS NOT NULL AND told.name IS NOT NULL
               AND told.name IS DISTINCT FROM (SELECT known.name FROM audit_names known
                                                WHERE known.organization_id = @organization AND known.id = told.id
                                                ORDER BY known.number DESC LIMIT 1)
             ORDER BY told.id)
        INSERT INTO audit_events (organization_id, at, actor_kind, actor_id, action, target_kind, target_id, result, reason,
                                  network, session_hash, correlation_id, details)
        VALUES (@organization, @at, @actor_kind, @actor_id::uuid, @action, @target_kind, @target_id::uuid, @result, @reason,
                @network, @session_hash, @correlation_id, @details::jsonb)
        """;

    /// <summary>Writes the row into the transaction of the change itself, so that neither exists without the other.</summary>
    public Task RecordAsync(Transaction tx, AuditContext context, AuditEntry entry, CancellationToken ct)
    {
        fresh.Add(tx.Organization);
        Insert(tx, context, entry);
        return Task.CompletedTask;
    }

    /// <summary>Writes a refusal, which has no change to go with, in a transaction of its own; beyond 100 a minute and cause it is only counted (SEC-324).</summary>
    /// <returns>Whether a row was written now; counted refusals get one row when their minute is over.</returns>
    public async Task<bool> RecordRefusalAsync(OrganizationId org, AuditContext context, AuditEntry entry, CancellationToken ct)
    {
        var cause = new RefusalCause(org, entry.Action, entry.Reason);
        Telemetry.Refused(entry.Action, entry.Reason);
        if (!limiter.Admit(cause, clock.GetUtcNow()))
            return false;

        await using var tx = await database.BeginAsync(org, ct);
        await RecordAsync(tx, context, entry, ct);
        await tx.CommitAsync(ct);
        return true;
    }

    private void Insert(Transaction tx, AuditContext context, AuditEntry entry) =>
        tx.Later(
            Row,
            new
            {
                at = clock.GetUtcNow(),
                actor_kind = Name(context.Actor.Kind),
                actor_id = context.Actor.Id,
                actor_name = Clean(context.Actor.Name),
                action = entry.Action,
                target_kind = entry.TargetKind,
                target_id = entry.TargetId,
                target_name = Clean(entry.TargetName),
                result = Name(entry.Result),
                reason = Clean(entry.Reason),
                network = Clean(context.Network),
                session_hash = context.SessionHash,
                correlation_id = Clean(context.CorrelationId),
                details = AuditDetails.Write(entry.Details),
            }
        );

    private static string? Clean(string? value) => value is null ? null : LogText.Clean(value);

    private static string Name(ActorKind kind) =>
        kind switch
        {
            ActorKind.User => "user",
            ActorKind.ApiKey => "apiKey",
            ActorKind.Application => "application",
            ActorKind.System => "system",
            ActorKind.Anonymous => "anonymous",
            ActorKind.OwnerLink => "ownerLink",
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };

    private static string Name(AuditResult result) =>
        result switch
        {
            AuditResult.Success => "success",
            AuditResult.Refused => "refused",
            AuditResult.Failed => "failed",
            _ => throw new ArgumentOutOfRangeException(nameof(result), result, null),
        };
}
