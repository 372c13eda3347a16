using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.DataProtection;

namespace Anteroom.Server.Platform;

/// <summary>JSON that only we can write and read: what waits for a few minutes in a cookie, an address or a row.</summary>
/// <param name="purpose">Keeps kinds apart: what was sealed for one opens nowhere else.</param>
internal sealed class SealedJson<T>(IDataProtectionProvider protection, string purpose, JsonTypeInfo<T> type)
    where T : class
{
    private readonly IDataProtector _protector = protection.CreateProtector(purpose);

    public byte[] Seal(T value) => _protector.Protect(JsonSerializer.SerializeToUtf8Bytes(value, type));

    /// <returns>Null for what we did not seal, not for this purpose, with keys that are gone, or as another version that wrote it otherwise: never an error (SEC-045).</returns>
    public T? Open(byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(_protector.Unprotect(bytes), type);
        }
        catch (Exception e) when (e is CryptographicException or JsonException)
        {
            return null;
        }
    }
}
