using System.Globalization;
using System.Text;

namespace Anteroom.DevHost.Mailbox;

/// <summary>A mail as the mailbox page shows it. What could not be read is empty.</summary>
internal sealed record ReceivedMail(string From, string To, string Subject, DateTimeOffset? Date, string? Text, string? Html);

/// <summary>Reads the mails that our own server wrote (RFC 5322, RFC 2045 to 2047); others as far as it goes, and never without end.</summary>
internal static class EmlReader
{
    /// <summary>More of a file is not looked at.</summary>
    public const int MaxBytes = 1024 * 1024;

    private const int MaxDepth = 4;
    private const int MaxParts = 50;
    private const int MaxHeaders = 200;

    public static ReceivedMail Read(ReadOnlySpan<byte> file)
    {
        // One character for each byte; charsets are looked at where text begins.
        var (headers, body) = Split(Encoding.Latin1.GetString(file[..Math.Min(file.Length, MaxBytes)]));
        var found = new Bodies();
        Collect(headers, body, found, depth: 0);
        return new(
            HeaderText(headers, "from"),
            HeaderText(headers, "to"),
            HeaderText(headers, "subject"),
            DateTimeOffset.TryParse(headers.GetValueOrDefault("date"), CultureInfo.InvariantCulture, out var date) ? date : null,
            found.Text,
            found.Html
        );
    }

    private static void Collect(Dictionary<string, string> headers, string body, Bodies found, int depth)
    {
        var type = headers.GetValueOrDefault("content-type") ?? "text/plain";
        if (type.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase))
        {
            if (depth >= MaxDepth || Parameter(type, "boundary") is not { Length: > 0 } boundary)
                return;
            foreach (var part in Parts(body, boundary))
            {
                var (inner, content) = Split(part);
                Collect(inner, content, found, depth + 1);
            }
            return;
        }
        if (type.StartsWith("text/html", StringComparison.OrdinalIgnoreCase))
            found.Html ??= Decode(headers, type, body);
        else if (type.StartsWith("text/", StringComparison.OrdinalIgnoreCase))
            found.Text ??= Decode(headers, type, body);
    }

    /// <summary>Headers by their lower-case names, folded lines joined; the first of a name counts.</summary>
    private static (Dictionary<string, string> Headers, string Body) Split(string entity)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        string? name = null;
        var at = 0;
        while (at < entity.Length)
        {
            var end = entity.IndexOf('\n', at);
            var line = entity[at..(end < 0 ? entity.Length : end)].TrimEnd('\r');
            at = end < 0 ? entity.Length : end + 1;
            if (line.Length == 0)
                break;
            if (line[0] is ' ' or '\t')
            {
                if (name is not null)
                    headers[name] += line;
                continue;
            }
            name = null;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || headers.Count == MaxHeaders)
                continue;
            var found = line[..colon].Trim().ToLowerInvariant();
            if (headers.TryAdd(found, line[(colon + 1)..].TrimStart()))
                name = found;
        }
        return (headers, entity[at..]);
    }

    private static List<string> Parts(string body, string boundary)
    {
        var parts = new List<string>();
        var text = "\n" + body;
        var mark = "\n--" + boundary;
        var at = text.IndexOf(mark, StringComparison.Ordinal);
        while (at >= 0 && parts.Count < MaxParts)
        {
            var from = text.IndexOf('\n', at + mark.Length);
            if (from < 0 || text.AsSpan(at + mark.Length).StartsWith("--"))
                break;
            var next = text.IndexOf(mark, from, StringComparison.Ordinal);
            var part = text[(from + 1)..(next < 0 ? text.Length : Math.Max(from + 1, next))]; // a mail cut off ends with its last part
            parts.Add(next >= 0 && part.EndsWith('\r') ? part[..^1] : part); // the line break before a mark is the mark's (RFC 2046 §5.1.1)
            at = next;
        }
        return parts;
    }

    private static string? Parameter(string type, string name)
    {
        foreach (var pair in type.Split(';').Skip(1))
            if (pair.Split('=', 2) is [var key, var value] && key.Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                return value.Trim().Trim('"');
        return null;
    }

    private static string Decode(Dictionary<string, string> headers, string type, string body)
    {
        var bytes = (headers.GetValueOrDefault("content-transfer-encoding") ?? "").Trim().ToLowerInvariant() switch
        {
            "base64" => Base64(body),
            "quoted-printable" => Quoted(body, underscoreIsSpace: false),
            _ => Encoding.Latin1.GetBytes(body),
        };
        return EncodingOf(Parameter(type, "charset")).GetString(bytes);
    }

    private static byte[] Base64(string text)
    {
        var letters = new StringBuilder(text.Length);
        foreach (var character in text)
            if (char.IsAsciiLetterOrDigit(character) || character is '+' or '/')
                letters.Append(character);
        letters.Length -= letters.Length % 4 == 1 ? 1 : 0; // cut off: one letter alone says nothing
        letters.Append('=', (4 - letters.Length % 4) % 4);
        return Convert.FromBase64String(letters.ToString());
    }

    private static byte[] Quoted(string text, bool underscoreIsSpace)
    {
        var bytes = new List<byte>(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            var character = text[at];
            if (character == '_' && underscoreIsSpace)
                bytes.Add((byte)' ');
            else if (character != '=')
                bytes.Add((byte)character);
            else if (
                at + 2 < text.Length
                && byte.TryParse(text.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            )
            {
                bytes.Add(value);
                at += 2;
            }
            else if (text.AsSpan(at + 1).StartsWith("\r\n"))
                at += 2; // a soft line break
            else if (text.AsSpan(at + 1).StartsWith("\n"))
                at++;
            else
                bytes.Add((byte)'=');
        }
        return [.. bytes];
    }

    private static string HeaderText(Dictionary<string, string> headers, string name) =>
        headers.TryGetValue(name, out var value) ? DecodeWords(value).Trim() : "";

    /// <summary>Encoded words (RFC 2047 §2); white space between two of them is none of the text, and a character may begin in one and end in the next.</summary>
    private static string DecodeWords(string value)
    {
        var text = new StringBuilder();
        var pending = new List<byte>();
        var charset = "utf-8";
        var at = 0;
        while (value.IndexOf("=?", at, StringComparison.Ordinal) is >= 0 and var start)
        {
            var between = value[at..start];
            if (Word(value, start) is not var (wordCharset, bytes, end))
            {
                Flush();
                text.Append(between).Append("=?");
                at = start + 2;
                continue;
            }
            if (pending.Count == 0 || !string.IsNullOrWhiteSpace(between) || wordCharset != charset)
            {
                Flush();
                if (at == 0 || !string.IsNullOrWhiteSpace(between))
                    text.Append(between);
            }
            charset = wordCharset;
            pending.AddRange(bytes);
            at = end;
        }
        Flush();
        return text.Append(value, at, value.Length - at).ToString();

        void Flush()
        {
            text.Append(EncodingOf(charset).GetString([.. pending]));
            pending.Clear();
        }
    }

    private static (string Charset, byte[] Bytes, int End)? Word(string value, int start)
    {
        var charsetEnd = value.IndexOf('?', start + 2);
        if (charsetEnd < 0 || charsetEnd + 2 >= value.Length || value[charsetEnd + 2] != '?')
            return null;
        var end = value.IndexOf("?=", charsetEnd + 3, StringComparison.Ordinal);
        if (end < 0)
            return null;
        var content = value[(charsetEnd + 3)..end];
        var bytes = char.ToUpperInvariant(value[charsetEnd + 1]) switch
        {
            'B' => Base64(content),
            'Q' => Quoted(content, underscoreIsSpace: true),
            _ => null,
        };
        return bytes is null ? null : (value[(start + 2)..charsetEnd].ToLowerInvariant(), bytes, end + 2);
    }

    private static Encoding EncodingOf(string? charset) =>
        charset?.ToLowerInvariant() is "iso-8859-1" or "latin1" ? Encoding.Latin1 : Encoding.UTF8;

    private sealed class Bodies
    {
        public string? Text { get; set; }

        public string? Html { get; set; }
    }
}
