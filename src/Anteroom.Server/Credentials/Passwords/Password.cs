using System.Diagnostics;
using System.Text;

namespace Anteroom.Server.Credentials.Passwords;

/// <summary>A password as it counts, when it is set and when it is checked: in Unicode's composed form, nothing cut off, nothing trimmed (SEC-210).</summary>
[DebuggerDisplay("[password]")]
public sealed class Password
{
    /// <summary>In characters of Unicode.</summary>
    public const int Longest = 256;

    // Composing makes a text at most three times as long in UTF-16; a longer one is refused before that work.
    private const int LongestTyped = 4 * Longest;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string _text;

    private Password(string text, int length) => (_text, Length) = (text, length);

    /// <summary>In characters of Unicode, as people count them best without a script's rules.</summary>
    public int Length { get; }

    /// <returns>Null where the text cannot be a password of ours: empty, too long, or not text.</returns>
    public static Password? Read(string? typed)
    {
        if (typed is not { Length: > 0 and <= LongestTyped } || !IsText(typed))
            return null;
        var text = typed.Normalize(NormalizationForm.FormC);
        var length = text.EnumerateRunes().Count();
        return length <= Longest ? new(text, length) : null;
    }

    public string Reveal() => _text;

    public override string ToString() => "[password]";

    // Half a surrogate pair and U+FFFE cannot be composed, and no keyboard makes one.
    private static bool IsText(string typed)
    {
        if (typed.Contains('\uFFFE', StringComparison.Ordinal))
            return false;
        for (var at = 0; at < typed.Length; at++)
            if (char.IsSurrogate(typed[at]) && (at + 1 == typed.Length || !char.IsSurrogatePair(typed[at], typed[++at])))
                return false;
        return true;
    }
}
