using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Anteroom.Protocols.Dns;

/// <summary>A domain name (RFC 1035 §3.1) in one spelling: names that differ in case alone are the same (RFC 4343).</summary>
public sealed record DnsName
{
    private const int MaxText = 253;
    private const int MaxLabel = 63;
    private const int MaxWire = 255; // RFC 1035 §2.3.4, with the lengths and the root
    private const int Pointer = 0xC0;

    private DnsName(string text) => Text = text;

    /// <summary>Lower case, without the last dot. What is no letter, digit, hyphen or underscore stands as <c>\DDD</c> (RFC 1035 §5.1); the root is empty.</summary>
    public string Text { get; }

    public override string ToString() => Text;

    /// <summary>Reads what can be asked for: labels of letters, digits, hyphens and underscores, with or without the last dot.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out DnsName? name)
    {
        name = null;
        if (text is null)
            return false;
        var plain = text.EndsWith('.') ? text[..^1] : text;
        if (plain.Length is 0 or > MaxText || plain.Split('.').Any(label => label.Length is 0 or > MaxLabel || !label.All(IsPlain)))
            return false;
        name = new(plain.ToLowerInvariant());
        return true;
    }

    /// <summary>Reads a name of a message, following its pointers (RFC 1035 §4.1.4), each of which must lead further back than the one before.</summary>
    /// <param name="at">Where it begins; behind it afterwards.</param>
    internal static bool TryRead(ReadOnlySpan<byte> message, ref int at, [NotNullWhen(true)] out DnsName? name)
    {
        name = null;
        var text = new StringBuilder();
        var (here, begin, wire) = (at, at, 1);
        int? behind = null;
        while (here < message.Length)
        {
            int length = message[here];
            if (length == 0)
            {
                at = behind ?? here + 1;
                name = new(text.ToString());
                return true;
            }
            if ((length & Pointer) == Pointer)
            {
                if (here + 1 >= message.Length)
                    return false;
                behind ??= here + 2;
                here = BinaryPrimitives.ReadUInt16BigEndian(message[here..]) & ~(Pointer << 8);
                if (here >= begin)
                    return false;
                begin = here;
                continue;
            }
            wire += length + 1;
            if ((length & Pointer) != 0 || wire > MaxWire || here + 1 + length > message.Length)
                return false;
            Append(text, message.Slice(here + 1, length));
            here += 1 + length;
        }
        return false;
    }

    /// <summary>The name as a question has it: labels with their lengths, then the root.</summary>
    /// <remarks>Only for names that <see cref="TryParse"/> made.</remarks>
    internal byte[] ToBytes() =>
        [.. Text.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];

    private static void Append(StringBuilder text, ReadOnlySpan<byte> label)
    {
        if (text.Length > 0)
            text.Append('.');
        foreach (var value in label)
            if (IsPlain((char)value))
                text.Append(char.ToLowerInvariant((char)value));
            else
                text.Append(CultureInfo.InvariantCulture, $"\\{value:000}");
    }

    private static bool IsPlain(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_';
}
