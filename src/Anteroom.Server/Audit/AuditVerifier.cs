using System.Globalization;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Audit;

/// <summary>What is wrong with a trail.</summary>
public enum AuditDamage
{
    /// <summary>A seal is missing, or does not follow the one before it.</summary>
    ChainBroken,

    /// <summary>A seal's own content was changed.</summary>
    SealChanged,

    /// <summary>A sealed row is gone.</summary>
    RowMissing,

    /// <summary>A sealed row was changed.</summary>
    RowChanged,

    /// <summary>A row was put among rows that had been sealed before.</summary>
    RowInserted,
}

/// <summary>One finding, as the operator reads it.</summary>
public sealed record AuditFinding(AuditDamage Damage, long Seal, long? AuditId, string Sentence);

/// <summary>The state of one organization's trail.</summary>
/// <param name="Organization">Whose.</param>
/// <param name="Rows">Sealed rows that were checked.</param>
/// <param name="Seals">Seals that were checked.</param>
/// <param name="Head">The last seal's hash. Kept elsewhere, it proves later that no seals were cut off at the end.</param>
/// <param name="Unsealed">Rows behind the last seal: normally none older than some seconds.</param>
/// <param name="OldestUnsealed">When the first of them was written.</param>
/// <param name="Expired">Rows that were removed because their retention was over.</param>
/// <param name="ExpiredThrough">When the newest of them was recorded.</param>
/// <param name="Findings">What is wrong; empty when nothing is. At most <see cref="AuditVerifier.MaxFindings"/>.</param>
public sealed record AuditVerification(
    OrganizationId Organization,
    long Rows,
    long Seals,
    string? Head,
    long Unsealed,
    DateTimeOffset? OldestUnsealed,
    long Expired,
    DateTimeOffset? ExpiredThrough,
    IReadOnlyList<AuditFinding> Findings
);

/// <summary>Recomputes every hash of a trail and finds gaps, edits and the unsealed tail (SEC-321).</summary>
public sealed class AuditVerifier(Database database)
{
    public const int MaxFindings = 100;

    private const int SealsAtATime = 50;

    public async Task<AuditVerification> VerifyAsync(OrganizationId organization, CancellationToken ct)
    {
        var findings = new List<AuditFinding>();
        var cut = await CutAsync(organization, ct);
        var last = cut?.Link ?? AuditLink.Origin;
        if (cut is not null)
            await CheckCutAsync(organization, cut, findings, ct);
        long rows = 0;
        long seals = 0;
        while (findings.Count < MaxFindings)
        {
            var page = await database
                .In(organization)
                .ListAsync<AuditSeal>(
                    $"""
                    SELECT {AuditSeal.Columns} FROM audit_seals
                     WHERE organization_id = @organization AND number > @after ORDER BY number LIMIT {SealsAtATime}
                    """,
                    new { after = last.Number },
                    ct
                );
            foreach (var seal in page)
            {
                CheckChain(seal, last, findings);
                CheckRows(seal, await RowsAsync(organization, last, seal, ct), findings);
                rows += seal.AuditIds.Length;
                seals++;
                last = seal.Link;
            }
            if (page.Count < SealsAtATime)
                break;
        }

        var tail = await TailAsync(organization, last, ct);
        return new(
            organization,
            rows,
            seals,
            last.Number == 0 ? null : Convert.ToHexStringLower(last.Hash),
            tail.Count,
            tail.Oldest,
            cut?.Removed ?? 0,
            cut?.Through,
            findings.Count > MaxFindings ? findings.GetRange(0, MaxFindings) : findings
        );
    }

    private Task<Cut?> CutAsync(OrganizationId organization, CancellationToken ct) =>
        database
            .In(organization)
            .FirstAsync<Cut>(
                """
                SELECT seal, hash, last_transaction::text::bigint AS last_transaction, last_audit_id, removed, through
                  FROM audit_cuts WHERE organization_id = @organization
                """,
                null,
                ct
            );

    /// <summary>Nothing may lie before the place where the retention cut the trail off.</summary>
    private async Task CheckCutAsync(OrganizationId organization, Cut cut, List<AuditFinding> findings, CancellationToken ct)
    {
        var before = await database
            .In(organization)
            .ListAsync<long>(
                $"""
                SELECT audit_id FROM audit_events
                 WHERE organization_id = @organization AND (transaction_id, audit_id) <= (@transaction::text::xid8, @id)
                 ORDER BY audit_events.transaction_id, audit_id LIMIT {MaxFindings}
                """,
                new { transaction = cut.LastTransaction, id = cut.LastAuditId },
                ct
            );
        foreach (var id in before)
            findings.Add(
                new(
                    AuditDamage.RowInserted,
                    cut.Seal,
                    id,
                    Say($"Record {id} was put among records that had been removed after their time.")
                )
            );
    }

    private static void CheckChain(AuditSeal seal, AuditLink last, List<AuditFinding> findings)
    {
        var expected = last.Number + 1;
        if (seal.Number != expected)
            findings.Add(
                new(AuditDamage.ChainBroken, seal.Number, null, Say($"Seal {seal.Number} follows where seal {expected} should be."))
            );
        else if (!seal.Previous.AsSpan().SequenceEqual(last.Hash))
            findings.Add(new(AuditDamage.ChainBroken, seal.Number, null, Say($"Seal {seal.Number} does not continue the seal before it.")));
        if (seal.RowHashes.Length != seal.AuditIds.Length * 32 || !seal.Hash.AsSpan().SequenceEqual(seal.ComputeHash()))
            findings.Add(new(AuditDamage.SealChanged, seal.Number, null, Say($"Seal {seal.Number} was changed after it was made.")));
    }

    private static void CheckRows(AuditSeal seal, List<AuditRow> rows, List<AuditFinding> findings)
    {
        if (seal.RowHashes.Length != seal.AuditIds.Length * 32)
            return; // told as a changed seal

        var present = rows.ToDictionary(row => row.AuditId);
        for (var i = 0; i < seal.AuditIds.Length; i++)
        {
            var id = seal.AuditIds[i];
            if (!present.Remove(id, out var row))
                findings.Add(new(AuditDamage.RowMissing, seal.Number, id, Say($"Record {id} of seal {seal.Number} is missing.")));
            else if (!row.Hash().AsSpan().SequenceEqual(seal.RowHash(i)))
                findings.Add(
                    new(
                        AuditDamage.RowChanged,
                        seal.Number,
                        id,
                        Say($"Record {id} ({row.Action}) was changed after seal {seal.Number} was made.")
                    )
                );
        }
        foreach (var row in present.Values)
            findings.Add(
                new(
                    AuditDamage.RowInserted,
                    seal.Number,
                    row.AuditId,
                    Say($"Record {row.AuditId} ({row.Action}) was put among the records of seal {seal.Number} after it was made.")
                )
            );
    }

    /// <summary>All rows of the stretch that the seal covers, whether it names them or not; and those it names, wherever they are now.</summary>
    private Task<List<AuditRow>> RowsAsync(OrganizationId organization, AuditLink last, AuditSeal seal, CancellationToken ct) =>
        database
            .In(organization)
            .ListAsync<AuditRow>(
                $"""
                SELECT {AuditRow.Columns} FROM audit_events
                 WHERE organization_id = @organization
                   AND (((transaction_id, audit_id) > (@from::text::xid8, @from_id) AND (transaction_id, audit_id) <= (@to::text::xid8, @to_id))
                        OR audit_id = ANY(@ids))
                """,
                new
                {
                    from = last.LastTransaction,
                    from_id = last.LastAuditId,
                    to = seal.LastTransaction,
                    to_id = seal.AuditIds[^1],
                    ids = seal.AuditIds,
                },
                ct
            );

    private async Task<Tail> TailAsync(OrganizationId organization, AuditLink last, CancellationToken ct) =>
        (
            await database
                .In(organization)
                .FirstAsync<Tail>(
                    """
                    SELECT count(*) AS count, min(recorded_at) AS oldest FROM audit_events
                     WHERE organization_id = @organization AND (transaction_id, audit_id) > (@transaction::text::xid8, @id)
                    """,
                    new { transaction = last.LastTransaction, id = last.LastAuditId },
                    ct
                )
        )!;

    private static string Say(FormattableString sentence) => sentence.ToString(CultureInfo.InvariantCulture);

    private sealed record Cut(long Seal, byte[] Hash, long LastTransaction, long LastAuditId, long Removed, DateTimeOffset Through)
    {
        public AuditLink Link => new(Seal, Hash, LastTransaction, LastAuditId);
    }

    private sealed record Tail(long Count, DateTimeOffset? Oldest);
}
