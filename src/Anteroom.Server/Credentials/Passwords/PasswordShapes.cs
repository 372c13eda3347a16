using System.Text;

namespace Anteroom.Server.Credentials.Passwords;

/// <summary>What people make of a word to get a password: capitals, digits for letters, a year behind it, the same once more. Undone here. Pure.</summary>
internal static class PasswordShapes
{
    /// <summary>Shorter ones are in everything.</summary>
    public const int ShortestWord = 4;

    private const int FewestKinds = 5;

    /// <summary>Composed and in lower case.</summary>
    public static string Fold(string text) => text.Replace('\uFFFE', '\uFFFD').Normalize(NormalizationForm.FormC).ToLowerInvariant(); // U+FFFE cannot be composed

    public static string LettersAndDigits(string folded) => string.Concat(folded.Where(char.IsLetterOrDigit));

    /// <summary>The runs of letters and digits in a name or an address.</summary>
    public static IEnumerable<string> Parts(string folded)
    {
        var begin = 0;
        for (var at = 0; at <= folded.Length; at++)
            if (at == folded.Length || !char.IsLetterOrDigit(folded[at]))
            {
                if (at > begin)
                    yield return folded[begin..at];
                begin = at + 1;
            }
    }

    /// <summary>The whole, and what is left without the digits and signs at its ends, with what was taken off; each also with letters for the digits that stand for them.</summary>
    public static IEnumerable<(string Core, string Beside)> Cores(string folded)
    {
        var (begin, end) = CoreOf(folded);
        foreach (var spelled in (string[])[folded, Spell(folded, 'i'), Spell(folded, 'l')])
        {
            yield return (spelled, "");
            yield return (spelled[begin..end], folded[..begin] + folded[end..]);
            var (first, last) = CoreOf(spelled);
            yield return (spelled[first..last], folded[..first] + folded[last..]);
        }
    }

    /// <summary>The shortest text that, written one or more times, makes the whole.</summary>
    public static string Unit(string text)
    {
        for (var length = 1; length <= text.Length / 2; length++)
            if (text.Length % length == 0 && Repeats(text, length))
                return text[..length];
        return text;
    }

    /// <summary>Each character follows the one before, upwards, downwards or as the same: <c>abcdefgh…</c>, <c>1234567890123…</c>; also written several times.</summary>
    public static bool IsRun(string folded)
    {
        var unit = Unit(folded);
        return unit.Length <= 2 || Steps(unit, 1) || Steps(unit, -1);
    }

    /// <summary>Fewer than five different characters.</summary>
    public static bool IsPoor(string folded) => folded.Distinct().Count() < FewestKinds;

    /// <summary>What is left when the words are taken out wherever they stand; null where none does.</summary>
    public static string? Without(string folded, IEnumerable<string> words)
    {
        var rest = folded;
        foreach (var word in words.OrderByDescending(word => word.Length))
            rest = rest.Replace(word, "", StringComparison.Ordinal);
        return rest.Length == folded.Length ? null : rest;
    }

    private static bool Repeats(string text, int length)
    {
        for (var at = length; at < text.Length; at++)
            if (text[at] != text[at - length])
                return false;
        return true;
    }

    private static bool Steps(string text, int by)
    {
        for (var at = 1; at < text.Length; at++)
            if (text[at] - text[at - 1] != by && !IsTurn(text[at - 1], text[at], by))
                return false;
        return true;
    }

    // From nine to nought, as on a keyboard.
    private static bool IsTurn(char before, char after, int by) => (before, after) == (by > 0 ? ('9', '0') : ('0', '9'));

    private static (int Begin, int End) CoreOf(string text)
    {
        var (begin, end) = (0, text.Length);
        while (begin < end && !char.IsLetter(text[begin]))
            begin++;
        while (end > begin && !char.IsLetter(text[end - 1]))
            end--;
        return (begin, end);
    }

    private static string Spell(string text, char one) =>
        string.Create(
            text.Length,
            (text, one),
            static (spelled, from) =>
            {
                for (var at = 0; at < spelled.Length; at++)
                    spelled[at] = from.text[at] switch
                    {
                        '0' => 'o',
                        '1' or '!' or '|' => from.one,
                        '3' => 'e',
                        '4' or '@' => 'a',
                        '5' or '$' => 's',
                        '7' => 't',
                        var other => other,
                    };
            }
        );
}
