using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Anteroom.Protocols.OAuth;

/// <summary>What a person reads on one device and types on another (RFC 8628 §6.1): eight of twenty letters, shown as <c>XXXX-XXXX</c>.</summary>
/// <remarks>No vowels, so that no code is a word; no digits, so that none looks like a letter. About 34 bits: guessing is held off by its short life and by counting tries (§5.1).</remarks>
public sealed record UserCode
{
    /// <summary>Longer input is no code, however it is spaced out.</summary>
    public const int MaxTypedLength = 32;

    private const int Length = 8;
    private const string Alphabet = "BCDFGHJKLMNPQRSTVWXZ";

    private UserCode(string value) => Value = value;

    /// <summary>The letters alone.</summary>
    public string Value { get; }

    public static UserCode New() => new(RandomNumberGenerator.GetString(Alphabet, Length));

    /// <summary>Takes what somebody typed: in any case, with or without hyphens and spaces, wherever they stand.</summary>
    public static bool TryParse(string? typed, [NotNullWhen(true)] out UserCode? code)
    {
        code = null;
        if (typed is null || typed.Length > MaxTypedLength)
            return false;
        Span<char> letters = stackalloc char[Length];
        var count = 0;
        foreach (var character in typed)
        {
            if (IsSeparator(character))
                continue;
            // By hand, because the cases of Unicode fold foreign letters into these.
            var letter = character is >= 'a' and <= 'z' ? (char)(character - 'a' + 'A') : character;
            if (count == Length || !Alphabet.Contains(letter, StringComparison.Ordinal))
                return false;
            letters[count++] = letter;
        }
        if (count != Length)
            return false;
        code = new(new string(letters));
        return true;
    }

    /// <summary>As it is shown to people.</summary>
    public override string ToString() => $"{Value[..(Length / 2)]}-{Value[(Length / 2)..]}";

    // Telephones turn two hyphens into a dash, and a pasted code may bring a no-break space.
    private static bool IsSeparator(char character) => character is ' ' or '\u00a0' or '-' or (>= '\u2010' and <= '\u2015');
}
