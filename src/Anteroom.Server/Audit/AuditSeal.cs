using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Anteroom.Server.Audit;

/// <summary>One link of an organization's chain: some rows in their final order, bound to all rows before them (SEC-321).</summary>
internal sealed record AuditSeal(
    long Number,
    long[] AuditIds,
    byte[] RowHashes,
    long LastTransaction,
    byte[] Previous,
    byte[] Hash,
    DateTimeOffset SealedAt
)
{
    public const string Columns =
        "number, audit_ids, row_hashes, last_transaction::text::bigint AS last_transaction, previous, hash, sealed_at";

    /// <summary>What the next seal follows.</summary>
    public AuditLink Link => new(Number, Hash, LastTransaction, AuditIds[^1]);

    public static AuditSeal Over(IReadOnlyList<AuditRow> rows, AuditLink last, DateTimeOffset at)
    {
        var made = new AuditSeal(
            last.Number + 1,
            [.. rows.Select(row => row.AuditId)],
            [.. rows.SelectMany(row => row.Hash())],
            rows[^1].TransactionId,
            last.Hash,
            [],
            at
        );
        return made with { Hash = made.ComputeHash() };
    }

    /// <summary>
    /// SHA-256 over the previous seal's hash (32 bytes), this number, its instant in microseconds, the last transaction, the count of rows
    /// (8 bytes each, big-endian), the rows' ids (8 bytes each) and the rows' hashes (32 bytes each).
    /// </summary>
    public byte[] ComputeHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Previous);
        Append(hash, Number);
        Append(hash, AuditRow.Microseconds(SealedAt));
        Append(hash, LastTransaction);
        Append(hash, AuditIds.Length);
        foreach (var id in AuditIds)
            Append(hash, id);
        hash.AppendData(RowHashes);
        return hash.GetHashAndReset();
    }

    /// <summary>The hash that the row at this place had when it was sealed.</summary>
    public ReadOnlySpan<byte> RowHash(int index) => RowHashes.AsSpan(index * SHA256.HashSizeInBytes, SHA256.HashSizeInBytes);

    private static void Append(IncrementalHash hash, long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        hash.AppendData(bytes);
    }
}

/// <summary>An end to which a seal can be chained: the seal before it, or where the retention cut the trail off.</summary>
internal sealed record AuditLink(long Number, byte[] Hash, long LastTransaction, long LastAuditId)
{
    /// <summary>What the first seal follows.</summary>
    public static AuditLink Origin { get; } = new(0, new byte[SHA256.HashSizeInBytes], 0, 0);
}
