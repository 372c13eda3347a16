using System.Security.Cryptography;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Keys.Vault;

/// <summary>Seals what must be read again (private keys, client secrets) and nothing else sees it: key-encryption key, data key of the
/// organization, field (SEC-280, SEC-281). Writes no log.</summary>
public sealed class Vault(Database database, AnteroomOptions options, TimeProvider clock) : IDisposable
{
    private const long OpeningLock = 0x5661756C74; // "Vault"

    private readonly DataKeys _dataKeys = new(database, clock);
    private readonly KeyFile _file = new(options);
    private readonly SemaphoreSlim _opening = new(1, 1);
    private KeyEncryptionKey? _kek;

    /// <summary>Reads the key-encryption key, or makes it at the very first start, when the database holds no data key yet. Call it before serving.</summary>
    public async Task<Result<KeyEncryptionKey, KeyFailure>> OpenAsync(CancellationToken ct)
    {
        if (_kek is { } open)
            return open;

        await _opening.WaitAsync(ct);
        try
        {
            if (_kek is { } meanwhile)
                return meanwhile;

            // One node at a time, so that two first starts on one database do not make two keys.
            await using var tx = await database.BeginAsync(OrganizationId.Platform, ct);
            await tx.ExecuteAsync($"SELECT pg_advisory_xact_lock({OpeningLock})", null, ct);
            var opened = await ReadOrCreateAsync(ct);
            if (opened.TryGet(out var kek, out _))
                _kek = kek;
            return opened;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Encrypts a value for one field of one row.</summary>
    public async ValueTask<byte[]> SealAsync(OrganizationId org, Field field, ReadOnlyMemory<byte> plain, CancellationToken ct)
    {
        var key = await _dataKeys.CurrentAsync(await KekAsync(ct), org, ct);
        return SealedBox.Seal(key.Key, key.Version, plain.Span, SealedBox.Associated(org, field, key.Version));
    }

    /// <exception cref="CryptographicException">The value was changed, or sealed for another organization, row or column.</exception>
    public async ValueTask<byte[]> UnsealAsync(OrganizationId org, Field field, ReadOnlyMemory<byte> @sealed, CancellationToken ct)
    {
        var version = SealedBox.KeyVersion(@sealed.Span);
        var key = await _dataKeys.FindAsync(await KekAsync(ct), org, version, ct);
        return SealedBox.Unseal(key.Key, @sealed.Span, SealedBox.Associated(org, field, version));
    }

    public void Dispose() => _opening.Dispose();

    private async ValueTask<KeyEncryptionKey> KekAsync(CancellationToken ct)
    {
        if (_kek is { } open)
            return open;
        var opened = await OpenAsync(ct);
        return opened.TryGet(out var kek, out var failure) ? kek : throw new InvalidOperationException(failure.Sentence);
    }

    private async Task<Result<KeyEncryptionKey, KeyFailure>> ReadOrCreateAsync(CancellationToken ct)
    {
        var used = await _dataKeys.ExistForPlatformAsync(ct);
        if (!_file.Exists && used)
            return new KeyFailure(
                $"The key file '{_file.Path}' is missing, but the database holds data sealed with it; put the file back or name it in Anteroom:KeyFile."
            );

        var read = _file.Exists ? _file.Read() : _file.Create();
        if (!read.TryGet(out var kek, out var failure))
            return failure;

        try
        {
            // Makes the platform's first data key, or proves that this file is the one that wrapped it.
            await _dataKeys.CurrentAsync(kek, OrganizationId.Platform, ct);
            return kek;
        }
        catch (CryptographicException)
        {
            return new KeyFailure(
                $"The key file '{_file.Path}' (Anteroom:KeyFile) is not the one that this database's data keys are wrapped with."
            );
        }
    }
}
