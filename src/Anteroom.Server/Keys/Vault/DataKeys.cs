using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Keys.Vault;

/// <summary>A data key, unwrapped; never leaves memory.</summary>
internal sealed record DataKey(int Version, byte[] Key)
{
    public override string ToString() => $"data key {Version}";
}

/// <summary>The data keys of all organizations: made at the first use, wrapped in the database, unwrapped in memory.</summary>
internal sealed class DataKeys(Database database, TimeProvider clock)
{
    private const int MaxCached = 20_000; // SEC-365

    // A key made by a rotation elsewhere is used for sealing here after this time at the latest; old versions open for ever.
    private static readonly TimeSpan CurrentFor = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(OrganizationId, int), DataKey> _keys = new();
    private readonly ConcurrentDictionary<OrganizationId, (int Version, DateTimeOffset Until)> _current = new();

    /// <summary>The key that seals new values of an organization.</summary>
    public async ValueTask<DataKey> CurrentAsync(KeyEncryptionKey kek, OrganizationId organization, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (
            _current.TryGetValue(organization, out var known)
            && now < known.Until
            && _keys.TryGetValue((organization, known.Version), out var key)
        )
            return key;

        var row = await NewestAsync(organization, ct) ?? await MakeFirstAsync(kek, organization, now, ct);
        key = Remember(organization, Unwrap(kek, organization, row));
        _current[organization] = (key.Version, now + CurrentFor);
        return key;
    }

    /// <exception cref="CryptographicException">There is no such key, or the key-encryption key is not the one that wrapped it.</exception>
    public async ValueTask<DataKey> FindAsync(KeyEncryptionKey kek, OrganizationId organization, int version, CancellationToken ct)
    {
        if (_keys.TryGetValue((organization, version), out var key))
            return key;

        var row =
            await database
                .In(organization)
                .FirstAsync<Row>(
                    "SELECT version, kek_id, wrapped FROM data_keys WHERE organization_id = @organization AND version = @version",
                    new { version },
                    ct
                )
            ?? throw new CryptographicException("The sealed value names a data key that does not exist.");
        return Remember(organization, Unwrap(kek, organization, row));
    }

    public async Task<bool> ExistForPlatformAsync(CancellationToken ct) => await NewestAsync(OrganizationId.Platform, ct) is not null;

    private Task<Row?> NewestAsync(OrganizationId organization, CancellationToken ct) =>
        database
            .In(organization)
            .FirstAsync<Row>(
                "SELECT version, kek_id, wrapped FROM data_keys WHERE organization_id = @organization ORDER BY version DESC LIMIT 1",
                null,
                ct
            );

    private async Task<Row> MakeFirstAsync(KeyEncryptionKey kek, OrganizationId organization, DateTimeOffset now, CancellationToken ct)
    {
        var wrapped = kek.Wrap(RandomNumberGenerator.GetBytes(SealedBox.KeyBytes), Associated(organization, 1, kek.Id));
        await database
            .In(organization)
            .ExecuteAsync(
                """
                INSERT INTO data_keys (organization_id, version, kek_id, wrapped, created_at)
                VALUES (@organization, 1, @kek, @wrapped, @now)
                ON CONFLICT DO NOTHING
                """,
                new
                {
                    kek = kek.Id,
                    wrapped,
                    now,
                },
                ct
            );
        // Another node may have been first: what the database holds is the key.
        return await NewestAsync(organization, ct) ?? throw new InvalidOperationException("The data key just made is not there.");
    }

    private static DataKey Unwrap(KeyEncryptionKey kek, OrganizationId organization, Row row) =>
        row.KekId == kek.Id
            ? new(row.Version, kek.Unwrap(row.Wrapped, Associated(organization, row.Version, row.KekId)))
            : throw new CryptographicException($"The data key is wrapped by key {row.KekId}; the key file holds {kek.Id}.");

    private DataKey Remember(OrganizationId organization, DataKey key)
    {
        if (_keys.Count >= MaxCached)
            _keys.Clear();
        if (_current.Count >= MaxCached)
            _current.Clear();
        _keys[(organization, key.Version)] = key;
        return key;
    }

    private static byte[] Associated(OrganizationId organization, int version, string kekId) =>
        Encoding.UTF8.GetBytes(FormattableString.Invariant($"{organization.Value:D}|data_keys|{version}|wrapped|{kekId}"));

    private sealed record Row(int Version, string KekId, byte[] Wrapped);
}
