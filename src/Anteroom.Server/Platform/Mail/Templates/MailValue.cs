using System.Globalization;
using System.Text;

namespace Anteroom.Server.Platform.Mail.Templates;

/// <summary>Text of other people on its way into a mail: one line, of bounded length, that cannot turn the words around it (SEC-306).</summary>
internal static class MailValue
{
    public const int Longest = 100;

    /// <summary>Control characters, line breaks and marks of direction become spaces; what is too long ends with an ellipsis.</summary>
    public static string Clean(string value)
    {
        var text = new StringBuilder();
        var length = 0;
        foreach (var rune in value.EnumerateRunes())
        {
            if (++length > Longest)
                return text.ToString().Trim() + "…";
            if (Breaks(rune))
                text.Append(' ');
            else
                text.Append(rune);
        }
        return text.ToString().Trim();
    }

    // U+200C and U+200D are letters' own business in some scripts.
    private static bool Breaks(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || (Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format && rune.Value is not (0x200c or 0x200d));
}
