using System.Diagnostics;
using System.Security.Cryptography;

namespace Anteroom.Server.Keys.Vault;

/// <summary>The key that wraps all data keys. It lies in a file outside the database, so that a stolen backup opens nothing (SEC-280, SEC-343).</summary>
[DebuggerDisplay("{Id}")]
public sealed class KeyEncryptionKey
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly byte[] _key;

    internal KeyEncryptionKey(byte[] key)
    {
        if (key.Length != SealedBox.KeyBytes)
            throw new ArgumentException("A key-encryption key has 32 bytes.", nameof(key));
        _key = key;
        Id = Convert.ToHexStringLower(SHA256.HashData([.. "anteroom key-encryption key"u8, .. key])[..8]);
    }

    /// <summary>Names the key without telling it: 64 bits of a hash over it.</summary>
    public string Id { get; }

    internal static KeyEncryptionKey New() => new(RandomNumberGenerator.GetBytes(SealedBox.KeyBytes));

    internal byte[] Wrap(byte[] dataKey, byte[] associated) => SealedBox.Seal(_key, 1, dataKey, associated);

    /// <exception cref="CryptographicException">Wrapped by another key, or changed.</exception>
    internal byte[] Unwrap(byte[] wrapped, byte[] associated) => SealedBox.Unseal(_key, wrapped, associated);

    internal string ToFileText() => Convert.ToBase64String(_key) + "\n";

    internal static KeyEncryptionKey? FromFileText(string text)
    {
        var key = new byte[SealedBox.KeyBytes];
        return Convert.TryFromBase64String(text.Trim(), key, out var written) && written == key.Length ? new(key) : null;
    }
}
