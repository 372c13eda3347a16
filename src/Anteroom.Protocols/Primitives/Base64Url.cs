using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Coding = System.Buffers.Text.Base64Url;

namespace Anteroom.Protocols.Primitives;

/// <summary>Base64url without padding (RFC 7515 §2, RFC 4648 §5), where every value has exactly one spelling.</summary>
/// <remarks>
/// The framework's decoder skips white space and accepts padding, so one token could be written in many ways and slip past whatever compares spellings (SEC-099).
/// </remarks>
public static class Base64Url
{
    private static readonly SearchValues<char> Alphabet = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    );

    // RFC 4648 §3.5: the bits of the last character that carry nothing must be zero.
    private const string LastOfTwo = "AQgw";
    private const string LastOfThree = "AEIMQUYcgkosw048";

    public static string Encode(ReadOnlySpan<byte> bytes) => Coding.EncodeToString(bytes);

    /// <summary>Decodes, or refuses padding, white space, foreign characters, impossible lengths and unused bits that are not zero.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = IsCanonical(text) ? Coding.DecodeFromChars(text) : null;
        return bytes is not null;
    }

    private static bool IsCanonical(ReadOnlySpan<char> text)
    {
        if (text.ContainsAnyExcept(Alphabet))
            return false;
        return (text.Length % 4) switch
        {
            0 => true,
            2 => LastOfTwo.Contains(text[^1], StringComparison.Ordinal),
            3 => LastOfThree.Contains(text[^1], StringComparison.Ordinal),
            _ => false,
        };
    }
}
