using System.Globalization;
using System.Text;

namespace Anteroom.Server.Organizations;

/// <summary>The one way in which names that people type are compared: user names, company codes (design.md §5, HEL-27).</summary>
public static class UserNames
{
    public const int MaxLength = 256;

    /// <summary>NFKC and case folding, so that two spellings of one name are one name. Never throws: what is no character, half a surrogate pair or U+FFFE, becomes U+FFFD.</summary>
    public static string Fold(string name)
    {
        // Folding can make a text that NFKC changes again, so it goes on until nothing moves; real names are still after the first round.
        var folded = Once(WellFormed(name.Trim()));
        for (var round = 0; round < 4; round++)
        {
            var again = Once(folded);
            if (again == folded)
                break;
            folded = again;
        }
        return folded;
    }

    /// <summary>Whether a text can be a user name: 1 to 256 characters, visible, no space at the ends.</summary>
    public static bool IsValid(string? name) =>
        name is { Length: > 0 and <= MaxLength }
        && name.Trim() == name
        && name == WellFormed(name)
        && name.EnumerateRunes().All(IsVisible)
        && Fold(name).Length is > 0 and <= 320;

    private static string Once(string name) =>
        name.Normalize(NormalizationForm.FormKC)
            .ToUpperInvariant()
            .ToLowerInvariant()
            .Replace("ß", "ss", StringComparison.Ordinal)
            .Normalize(NormalizationForm.FormKC)
            .Trim();

    private static string WellFormed(string text)
    {
        text = text.Replace('\uFFFE', '\uFFFD'); // normalizing refuses it
        for (var i = 0; i < text.Length; i++)
            if (char.IsSurrogate(text[i]) && (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[++i])))
                return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        return text;
    }

    private static bool IsVisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.OtherNotAssigned
            );
}
