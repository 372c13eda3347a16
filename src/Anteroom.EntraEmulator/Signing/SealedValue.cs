using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Signing;

/// <summary>Values that travel through the browser or the client and come back: encrypted and authenticated, bound to one purpose.</summary>
internal sealed class SealedValue(EntraDirectory directory)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly ConcurrentDictionary<string, byte[]> _keys = new(StringComparer.Ordinal);

    /// <param name="minimumBytes">Pads the content, so that codes are as long as the real ones.</param>
    public string Seal<T>(string purpose, T value, JsonTypeInfo<T> json, int minimumBytes = 0)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(value, json);
        var plain = new byte[Math.Max(content.Length, minimumBytes)];
        plain.AsSpan().Fill((byte)' '); // JSON ignores it
        content.CopyTo(plain, 0);

        var whole = new byte[NonceBytes + plain.Length + TagBytes];
        RandomNumberGenerator.Fill(whole.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(KeyFor(purpose), TagBytes);
        aes.Encrypt(
            whole.AsSpan(0, NonceBytes),
            plain,
            whole.AsSpan(NonceBytes, plain.Length),
            whole.AsSpan(NonceBytes + plain.Length),
            Encoding.UTF8.GetBytes(purpose)
        );
        return Base64Url.EncodeToString(whole);
    }

    public T? Open<T>(string purpose, string text, JsonTypeInfo<T> json)
        where T : class
    {
        if (!Base64Url.IsValid(text, out var length) || length <= NonceBytes + TagBytes)
            return null;

        var whole = Base64Url.DecodeFromChars(text);
        var plain = new byte[whole.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(KeyFor(purpose), TagBytes);
        try
        {
            aes.Decrypt(
                whole.AsSpan(0, NonceBytes),
                whole.AsSpan(NonceBytes, plain.Length),
                whole.AsSpan(NonceBytes + plain.Length),
                plain,
                Encoding.UTF8.GetBytes(purpose)
            );
            return JsonSerializer.Deserialize(plain, json);
        }
        catch (Exception forged) when (forged is CryptographicException or JsonException)
        {
            return null;
        }
    }

    private byte[] KeyFor(string purpose) =>
        _keys.GetOrAdd(purpose, name => HKDF.DeriveKey(HashAlgorithmName.SHA256, directory.Seed, 32, info: Encoding.UTF8.GetBytes(name)));
}
