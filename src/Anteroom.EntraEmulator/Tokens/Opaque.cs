using System.Security.Cryptography;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>Text that means nothing to anybody, of the length that the real one has.</summary>
internal static class Opaque
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    public static string Text(string prefix, int length) => prefix + RandomNumberGenerator.GetString(Alphabet, length - prefix.Length);
}
