using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Anteroom.Protocols.Jose;
using Anteroom.Server.Keys.Vault;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Keys.Signing;

/// <summary>The platform's signing keys in the database: made and turned over under one lock, so that nodes never make two for one term.</summary>
public sealed class SigningKeyStore(Database database, Vault.Vault vault, AnteroomOptions options)
{
    /// <summary>Told to all nodes whenever the table changes.</summary>
    public const string Channel = "signing_keys";

    private static readonly SignatureAlgorithm[] Algorithms = [SignatureAlgorithm.ES256, SignatureAlgorithm.RS256];

    internal async Task<IReadOnlyList<SigningKeyRow>> ListAsync(CancellationToken ct) =>
        await database
            .In(OrganizationId.Platform)
            .ListAsync<SigningKeyRow>(
                $"SELECT {SigningKeyRow.Columns} FROM signing_keys WHERE organization_id = @organization ORDER BY active_from, kid",
                null,
                ct
            );

    internal async Task<SigningKey> UnsealAsync(SigningKeyRow row, CancellationToken ct)
    {
        var pkcs8 = await vault.UnsealAsync(OrganizationId.Platform, FieldOf(row.Kid), row.PrivateKey, ct);
        try
        {
            return SigningKey.FromPkcs8(pkcs8, row.Algorithm, row.Kid);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    /// <summary>Makes what is missing, and the successor of a key whose term ends; retires, hides and forgets what is over. Idempotent.</summary>
    /// <returns>Whether anything changed.</returns>
    public async Task<bool> TurnAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var tx = await database.BeginAsync(OrganizationId.Platform, ct);
        var keys = await LockAsync(tx, ct);
        var changed = await ForgetAsync(tx, now, ct);
        foreach (var algorithm in Algorithms)
        {
            if (KeySchedule.SuccessorFrom(keys, algorithm, now) is not { } activeFrom)
                continue;
            await RetireAsync(tx, algorithm, activeFrom, ct);
            await InsertAsync(tx, algorithm, now, activeFrom, ct);
            changed = true;
        }

        if (changed)
            await tx.NotifyAsync(Channel, "", ct);
        await tx.CommitAsync(ct);
        return changed;
    }

    /// <summary>Begins a new term ahead of time: a successor is published with the caller's commit and signs after the notice, as at any rotation.</summary>
    /// <returns>For each algorithm what happens when; where a successor is waiting already, that one.</returns>
    public async Task<IReadOnlyList<SigningKeyPlan>> RotateAsync(Transaction tx, DateTimeOffset now, CancellationToken ct)
    {
        var keys = await LockAsync(tx, ct);
        List<SigningKeyPlan> plans = [];
        foreach (var algorithm in Algorithms)
        {
            var current = KeySchedule.Current(keys, algorithm, now);
            var waiting = keys.Where(key => key.Algorithm == algorithm && key.ActiveFrom > now).MaxBy(key => key.ActiveFrom);
            var from = waiting?.ActiveFrom ?? (current is null ? now : now + KeySchedule.Notice);
            if (waiting is null)
                await RetireAsync(tx, algorithm, from, ct);
            var next = waiting?.Kid ?? await InsertAsync(tx, algorithm, now, from, ct);
            plans.Add(new(algorithm.Name, current?.Kid, next, waiting is null, from, from + KeySchedule.Afterlife));
        }
        await tx.NotifyAsync(Channel, "", ct);
        return plans;
    }

    private static async Task<List<SigningKeyRow>> LockAsync(Transaction tx, CancellationToken ct)
    {
        await tx.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtextextended('signing_keys', 0))", null, ct);
        return await tx.ListAsync<SigningKeyRow>(
            $"SELECT {SigningKeyRow.Columns} FROM signing_keys WHERE organization_id = @organization",
            null,
            ct
        );
    }

    private static Task<int> RetireAsync(Transaction tx, SignatureAlgorithm algorithm, DateTimeOffset at, CancellationToken ct) =>
        tx.ExecuteAsync(
            """
            UPDATE signing_keys SET retired_at = @at, expires_at = @expires
             WHERE organization_id = @organization AND algorithm = @algorithm AND retired_at IS NULL
            """,
            new
            {
                algorithm = algorithm.Name,
                at,
                expires = at + KeySchedule.Afterlife,
            },
            ct
        );

    private async Task<string> InsertAsync(
        Transaction tx,
        SignatureAlgorithm algorithm,
        DateTimeOffset now,
        DateTimeOffset activeFrom,
        CancellationToken ct
    )
    {
        var key = SigningKey.Generate(algorithm, options.RsaBits);
        var pkcs8 = key.ExportPkcs8();
        var sealedKey = await vault.SealAsync(OrganizationId.Platform, FieldOf(key.Kid), pkcs8, ct);
        CryptographicOperations.ZeroMemory(pkcs8);
        await tx.ExecuteAsync(
            """
            INSERT INTO signing_keys (organization_id, kid, algorithm, public_key, private_key, created_at, active_from)
            VALUES (@organization, @kid, @algorithm, @publicKey::jsonb, @sealedKey, @now, @activeFrom)
            """,
            new
            {
                kid = key.Kid,
                algorithm = algorithm.Name,
                publicKey = Write(key.PublicKey.JsonWebKey),
                sealedKey,
                now,
                activeFrom,
            },
            ct
        );
        return key.Kid;
    }

    // A key that has left the key set loses its private half at once; the public half stays as long as an old id_token may come as a hint.
    private static async Task<bool> ForgetAsync(Transaction tx, DateTimeOffset now, CancellationToken ct) =>
        await tx.ExecuteAsync(
            """
            UPDATE signing_keys SET private_key = ''
             WHERE organization_id = @organization AND expires_at <= @now AND length(private_key) > 0
            """,
            new { now },
            ct
        )
            + await tx.ExecuteAsync(
                "DELETE FROM signing_keys WHERE organization_id = @organization AND expires_at <= @forgotten",
                new { forgotten = now - KeySchedule.Memory },
                ct
            )
        > 0;

    private static Field FieldOf(string kid) => new("signing_keys", kid, "private_key");

    private static string Write(JsonWebKey key)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            key.WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}

/// <summary>What a rotation does to one algorithm's keys.</summary>
/// <param name="Current">The key that signs now, if there is one.</param>
/// <param name="IsNew">False where the successor had been published before.</param>
/// <param name="SignsFrom">When the successor signs and the current key stops.</param>
/// <param name="CurrentLeaves">When the current key leaves the key set: no token of it is good any more.</param>
public sealed record SigningKeyPlan(
    string Algorithm,
    string? Current,
    string Next,
    bool IsNew,
    DateTimeOffset SignsFrom,
    DateTimeOffset CurrentLeaves
);
