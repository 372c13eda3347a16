using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace Anteroom.Protocols.Primitives;

/// <summary>Reads JSON that strangers wrote (RFC 8259), in the one way that leaves no two readings.</summary>
public static class StrictJson
{
    /// <summary>Levels of nesting; more is refused before descending (SEC-366).</summary>
    public const int MaxDepth = 32;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };
    private static readonly JsonDocumentOptions AllowingDuplicates = new() { MaxDepth = MaxDepth };

    /// <summary>
    /// One JSON object and nothing after it. Refuses duplicate members at every level, comments, a byte order mark, bytes that are not UTF-8, escapes of half a
    /// surrogate pair, more than <see cref="MaxDepth"/> levels, and more than <paramref name="maxBytes"/> bytes.
    /// </summary>
    public static Result<JsonMembers, StrictJsonError> ParseObject(ReadOnlySpan<byte> utf8, int maxBytes)
    {
        if (utf8.Length > maxBytes)
            return StrictJsonError.TooLarge;
        if (!Utf8.IsValid(utf8) || HasLoneSurrogateEscape(utf8))
            return StrictJsonError.NotUtf8;

        try
        {
            var element = JsonElement.Parse(utf8, Strict);
            return element.ValueKind == JsonValueKind.Object ? new JsonMembers(element) : StrictJsonError.NotAnObject;
        }
        catch (JsonException)
        {
            return HasOnlyDuplicatesAgainstIt(utf8) ? StrictJsonError.DuplicateMember : StrictJsonError.Malformed;
        }
    }

    // Paid for refused input only: whoever reads the log deserves to know which of the two it was.
    private static bool HasOnlyDuplicatesAgainstIt(ReadOnlySpan<byte> utf8)
    {
        try
        {
            _ = JsonElement.Parse(utf8, AllowingDuplicates);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // RFC 8259 §8.2: "\ud800" alone is well-formed JSON but no Unicode text, and the framework throws when somebody reads it, far from here.
    private static bool HasLoneSurrogateEscape(ReadOnlySpan<byte> utf8)
    {
        while (true)
        {
            var escape = utf8.IndexOf((byte)'\\');
            if (escape < 0 || escape + 1 >= utf8.Length)
                return false;
            utf8 = utf8[escape..];
            if (!TryReadUnicodeEscape(utf8, out var unit))
            {
                utf8 = utf8[2..];
                continue;
            }
            utf8 = utf8[6..];
            if (!char.IsSurrogate(unit))
                continue;
            if (char.IsLowSurrogate(unit) || !TryReadUnicodeEscape(utf8, out var second) || !char.IsLowSurrogate(second))
                return true;
            utf8 = utf8[6..];
        }
    }

    private static bool TryReadUnicodeEscape(ReadOnlySpan<byte> text, out char unit)
    {
        unit = default;
        if (text.Length < 6 || text[0] != '\\' || text[1] != 'u')
            return false;
        if (!ushort.TryParse(text[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            return false;
        unit = (char)value;
        return true;
    }
}
