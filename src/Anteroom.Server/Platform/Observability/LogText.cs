using System.Buffers;
using System.Globalization;
using System.Text;

namespace Anteroom.Server.Platform.Observability;

/// <summary>Text from outside on its way into logs and audit: on one line, of bounded size (SEC-323).</summary>
public static class LogText
{
    /// <summary>The longest value, in bytes of UTF-8.</summary>
    public const int MaxBytes = 1024;

    private const string Ellipsis = "…";

    /// <summary>Control characters, line and paragraph separators, direction marks and lone surrogates become <c>\uXXXX</c>; the rest is cut at 1 KB.</summary>
    public static string Clean(string value) => Shorten(Encode(value), MaxBytes);

    /// <summary>The same with a limit of its own: stack traces are longer than values.</summary>
    public static string Clean(string value, int maxBytes) => Shorten(Encode(value), maxBytes);

    private static string Encode(string value)
    {
        // Nobody needs more than a prefix of a long value, so that a long one costs no more than a short one.
        var prefix = value.Length > 16 * MaxBytes ? value.AsSpan(0, 16 * MaxBytes) : value;
        if (IsPlain(prefix))
            return prefix.Length == value.Length ? value : prefix.ToString();

        var text = new StringBuilder(prefix.Length + 16);
        while (!prefix.IsEmpty)
        {
            var status = Rune.DecodeFromUtf16(prefix, out var rune, out var consumed);
            if (status == OperationStatus.Done && !MustEncode(rune))
                text.Append(prefix[..consumed]);
            else
                foreach (var unit in prefix[..consumed])
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
            prefix = prefix[consumed..];
        }
        return text.ToString();
    }

    private static bool IsPlain(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
            if (character < ' ' || character >= '\u007f')
                return false;
        return true;
    }

    private static bool MustEncode(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;

    private static string Shorten(string value, int maxBytes)
    {
        if (value.Length * 3 <= maxBytes || Encoding.UTF8.GetByteCount(value) <= maxBytes)
            return value;

        var room = maxBytes - Encoding.UTF8.GetByteCount(Ellipsis);
        var length = 0;
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.Utf8SequenceLength > room)
                break;
            room -= rune.Utf8SequenceLength;
            length += rune.Utf16SequenceLength;
        }
        return string.Concat(value.AsSpan(0, length), Ellipsis);
    }
}
