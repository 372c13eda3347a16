using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Keys.Vault;

/// <summary>The bytes of a sealed value: format (1), version of the data key (4, big-endian), nonce (12), ciphertext, tag (16); AES-256-GCM.</summary>
internal static class SealedBox
{
    public const int KeyBytes = 32;

    private const byte Format = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int HeaderBytes = 1 + 4 + NonceBytes;

    public static byte[] Seal(ReadOnlySpan<byte> key, int keyVersion, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associated)
    {
        var box = new byte[HeaderBytes + plain.Length + TagBytes];
        box[0] = Format;
        BinaryPrimitives.WriteInt32BigEndian(box.AsSpan(1), keyVersion);
        var nonce = box.AsSpan(5, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, plain, box.AsSpan(HeaderBytes, plain.Length), box.AsSpan(HeaderBytes + plain.Length), associated);
        return box;
    }

    /// <exception cref="CryptographicException">Not a box of ours, or changed, or sealed for another place or by another key.</exception>
    public static byte[] Unseal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> box, ReadOnlySpan<byte> associated)
    {
        KeyVersion(box);
        var plain = new byte[box.Length - HeaderBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(box.Slice(5, NonceBytes), box.Slice(HeaderBytes, plain.Length), box[^TagBytes..], plain, associated);
        return plain;
    }

    /// <summary>Which data key sealed it; only a hint until the tag has been checked, for the version is part of the associated data.</summary>
    /// <exception cref="CryptographicException">Not a box of ours.</exception>
    public static int KeyVersion(ReadOnlySpan<byte> box) =>
        box.Length >= HeaderBytes + TagBytes && box[0] == Format && BinaryPrimitives.ReadInt32BigEndian(box[1..]) is var version and > 0
            ? version
            : throw new CryptographicException("The sealed value has no form that this program knows.");

    public static byte[] Associated(OrganizationId organization, Field field, int keyVersion) =>
        Encoding.UTF8.GetBytes(
            FormattableString.Invariant($"{organization.Value:D}|{field.Table}|{field.Row}|{field.Column}|{keyVersion}")
        );
}
