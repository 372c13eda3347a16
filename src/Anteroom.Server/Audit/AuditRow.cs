using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Anteroom.Server.Audit;

/// <summary>A row of <c>audit_events</c> with every column; none of them ever changes.</summary>
internal sealed record AuditRow(
    Guid OrganizationId,
    long AuditId,
    long TransactionId,
    DateTimeOffset At,
    DateTimeOffset RecordedAt,
    string ActorKind,
    Guid? ActorId,
    string Action,
    string? TargetKind,
    Guid? TargetId,
    string Result,
    string? Reason,
    string? Network,
    string? SessionHash,
    string? CorrelationId,
    string Details
)
{
    public const string Columns = """
        organization_id, audit_id, transaction_id::text::bigint AS transaction_id, at, recorded_at, actor_kind, actor_id, action, target_kind,
        target_id, result, reason, network, session_hash, correlation_id, details::text AS details
        """;

    /// <summary>
    /// SHA-256 over the canonical form: a JSON array in UTF-8 without white space, non-ASCII characters escaped, of the strings
    /// <c>anteroom-audit-1</c>, then all columns in the order of the table; null stays null, numbers are decimal strings, UUIDs have
    /// hyphens, instants are microseconds since 1970 in UTC, details are PostgreSQL's text of the jsonb value.
    /// </summary>
    public byte[] Hash()
    {
        var columns = new[]
        {
            "anteroom-audit-1",
            OrganizationId.ToString("D"),
            Number(AuditId),
            Number(TransactionId),
            Number(Microseconds(At)),
            Number(Microseconds(RecordedAt)),
            ActorKind,
            ActorId?.ToString("D"),
            Action,
            TargetKind,
            TargetId?.ToString("D"),
            Result,
            Reason,
            Network,
            SessionHash,
            CorrelationId,
            Details,
        };
        return SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(columns));
    }

    /// <summary>PostgreSQL keeps microseconds, so this loses nothing of what was stored.</summary>
    internal static long Microseconds(DateTimeOffset instant) => (instant - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
