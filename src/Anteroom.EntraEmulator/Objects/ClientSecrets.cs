using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Anteroom.EntraEmulator.Objects;

/// <summary>Client secrets with the shape of the real ones: 40 characters, <c>xxx</c> + digit + <c>Q~</c> + 34 (entra-oidc.md §8.1).</summary>
internal static class ClientSecrets
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~";

    public static string NewValue() => $"{RandomNumberGenerator.GetString(Alphabet, 3)}8Q~{RandomNumberGenerator.GetString(Alphabet, 34)}";

    public static PasswordCredential Describe(Guid keyId, string value, string displayName, DateTimeOffset start, DateTimeOffset end) =>
        new(keyId, displayName, value[..Math.Min(3, value.Length)], Hash(value), start, end);

    public static PasswordCredential? Find(Application application, string value)
    {
        var hash = Encoding.ASCII.GetBytes(Hash(value));
        return application.PasswordCredentials.FirstOrDefault(credential =>
            CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(credential.Hash), hash)
        );
    }

    private static string Hash(string value) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(value)));
}
