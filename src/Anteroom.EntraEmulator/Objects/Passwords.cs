using System.Security.Cryptography;

namespace Anteroom.EntraEmulator.Objects;

/// <summary>Password hashes of made-up people: PBKDF2 with few rounds, so that thousands of accounts are made quickly.</summary>
internal static class Passwords
{
    private const int Rounds = 1_000;
    private const int SaltBytes = 16;
    private const int HashBytes = 32;
    private const string DerivedPrefix = "derived:";

    // No 0/O, 1/l/I: people copy these by hand.
    private const string Alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    public static string Hash(string password)
    {
        Span<byte> bytes = stackalloc byte[SaltBytes + HashBytes];
        RandomNumberGenerator.Fill(bytes[..SaltBytes]);
        Rfc2898DeriveBytes.Pbkdf2(password, bytes[..SaltBytes], bytes[SaltBytes..], Rounds, HashAlgorithmName.SHA256);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>In place of a hash: the password is what the seed gives for the name. Costs nothing to make for a hundred thousand people.</summary>
    public static string Derived(string seedBase64, string userName) => $"{DerivedPrefix}{seedBase64}:{userName}";

    /// <summary>The password behind <see cref="Derived"/>; null for an ordinary hash, which has no way back.</summary>
    public static string? Recall(string? stored)
    {
        if (stored?.StartsWith(DerivedPrefix, StringComparison.Ordinal) != true)
            return null;
        var parts = stored[DerivedPrefix.Length..].Split(':', 2);
        return Derive(Convert.FromBase64String(parts[0]), parts[1]);
    }

    public static bool Matches(string? stored, string password)
    {
        if (Recall(stored) is { } derived)
            return CryptographicOperations.FixedTimeEquals(
                System.Text.Encoding.UTF8.GetBytes(derived),
                System.Text.Encoding.UTF8.GetBytes(password)
            );
        Span<byte> bytes = stackalloc byte[SaltBytes + HashBytes];
        if (stored is null || !Convert.TryFromBase64String(stored, bytes, out var length) || length != bytes.Length)
            return false;
        Span<byte> hash = stackalloc byte[HashBytes];
        Rfc2898DeriveBytes.Pbkdf2(password, bytes[..SaltBytes], hash, Rounds, HashAlgorithmName.SHA256);
        return CryptographicOperations.FixedTimeEquals(hash, bytes[SaltBytes..]);
    }

    public static string Generate() => RandomNumberGenerator.GetString(Alphabet, 16);

    /// <summary>A password that the same seed always gives, so that seeding a data folder twice tells the same one.</summary>
    public static string Derive(byte[] seed, string userName)
    {
        var bytes = HMACSHA256.HashData(seed, System.Text.Encoding.UTF8.GetBytes("password:" + userName.ToUpperInvariant()));
        return string.Create(
            16,
            bytes,
            (text, random) =>
            {
                for (var i = 0; i < text.Length; i++)
                    text[i] = Alphabet[random[i] % Alphabet.Length];
            }
        );
    }
}
