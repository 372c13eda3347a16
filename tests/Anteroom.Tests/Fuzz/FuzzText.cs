using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Anteroom.Tests.Fuzz;

/// <summary>Inputs as text for readers, and as lines for people and for the corpus.</summary>
internal static class FuzzText
{
    public static byte[] Encode(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>UTF-8, where each byte that is none becomes a lone surrogate, high or low: no string is out of reach.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
            return Encoding.UTF8.GetString(bytes);
        var text = new char[bytes.Length];
        var length = 0;
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var used) == OperationStatus.Done)
                length += rune.EncodeToUtf16(text.AsSpan(length));
            else
                (text[length++], used) = ((char)(0xd800 + ((bytes[0] & 0x7f) << 4)), 1);
            bytes = bytes[used..];
        }
        return new string(text, 0, length);
    }

    /// <summary>One line of visible ASCII: other bytes, backslashes and a space at the end as <c>\xHH</c>.</summary>
    public static string ToLine(ReadOnlySpan<byte> bytes)
    {
        var line = new StringBuilder(bytes.Length);
        for (var i = 0; i < bytes.Length; i++)
        {
            var isPlain = bytes[i] is > 0x20 and < 0x7f && bytes[i] != '\\' || (bytes[i] == ' ' && i + 1 < bytes.Length);
            if (isPlain)
                line.Append((char)bytes[i]);
            else
                line.Append(CultureInfo.InvariantCulture, $"\\x{bytes[i]:x2}");
        }
        return line.ToString();
    }

    public static byte[] FromLine(string line)
    {
        var bytes = new List<byte>(line.Length);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] != '\\')
            {
                bytes.Add(checked((byte)line[i]));
                continue;
            }
            bytes.Add(byte.Parse(line.AsSpan(i + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            i += 3;
        }
        return [.. bytes];
    }
}
