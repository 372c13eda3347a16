using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Protocols.Dns;

/// <summary>The answer to a <see cref="DnsQuery"/> (RFC 1035 §4.1).</summary>
/// <param name="Code">What the server says.</param>
/// <param name="IsTruncated">More was to be said than the message holds: ask by TCP (RFC 7766 §5). There are no texts then.</param>
/// <param name="IsKnowing">
/// Whether the server answers for the zone or asks others for us; what one that does neither has not got may well be somewhere else.
/// </param>
/// <param name="Texts">
/// Of each TXT record its strings as one (RFC 7208 §3.3), one character a byte: those of the name itself or, where it is an alias, of the
/// name behind it (RFC 1034 §3.6.2).
/// </param>
public sealed record DnsAnswer(DnsResponseCode Code, bool IsTruncated, bool IsKnowing, IReadOnlyList<string> Texts)
{
    private const int IsResponse = 0x8000;
    private const int Opcode = 0x7800;
    private const int Authoritative = 0x0400;
    private const int Truncated = 0x0200;
    private const int RecursionAvailable = 0x0080;
    private const int CodeBits = 0x000F;

    private const int MostAliases = 16;
    private const int RecordBytes = 10; // type, class, time to live and length, behind the name

    /// <summary>Reads a message that came from the server. What stands behind the answer's records is of no interest.</summary>
    public static Result<DnsAnswer, DnsError> Parse(ReadOnlySpan<byte> message, DnsQuery query)
    {
        if (message.Length < DnsQuery.HeaderBytes || Number(message, 0) != query.Id)
            return DnsError.NotTheAnswer;
        var flags = Number(message, 2);
        if ((flags & (IsResponse | Opcode)) != IsResponse || Number(message, 4) != 1)
            return DnsError.NotTheAnswer;
        var at = DnsQuery.HeaderBytes;
        if (
            !DnsName.TryRead(message, ref at, out var asked)
            || asked != query.Name
            || at + 4 > message.Length
            || Number(message, at) != DnsQuery.Txt
            || Number(message, at + 2) != DnsQuery.Internet
        )
            return DnsError.NotTheAnswer;

        var answer = new DnsAnswer(
            (DnsResponseCode)(flags & CodeBits),
            (flags & Truncated) != 0,
            (flags & (Authoritative | RecursionAvailable)) != 0,
            []
        );
        if (answer.IsTruncated)
            return answer;
        if (!TryReadRecords(message, at + 4, Number(message, 6), out var records))
            return DnsError.Malformed;
        return answer with { Texts = records.TextsOf(query.Name) };
    }

    private static bool TryReadRecords(ReadOnlySpan<byte> message, int at, int count, [NotNullWhen(true)] out Records? records)
    {
        records = null;
        var read = new Records();
        for (; count > 0; count--)
        {
            if (!DnsName.TryRead(message, ref at, out var owner) || at + RecordBytes > message.Length)
                return false;
            var (type, isInternet, length) = (
                Number(message, at),
                Number(message, at + 2) == DnsQuery.Internet,
                Number(message, at + RecordBytes - 2)
            );
            at += RecordBytes;
            var end = at + length;
            if (end > message.Length)
                return false;
            if (isInternet && type == DnsQuery.Txt)
            {
                if (!TryReadText(message[at..end], out var text))
                    return false;
                read.Texts.Add((owner, text));
            }
            else if (isInternet && type == DnsQuery.Cname)
            {
                var target = at;
                if (!DnsName.TryRead(message, ref target, out var alias) || target != end)
                    return false;
                read.Aliases.TryAdd(owner, alias);
            }
            at = end;
        }
        records = read;
        return true;
    }

    /// <summary>One or more strings, each behind its length (RFC 1035 §3.3.14).</summary>
    private static bool TryReadText(ReadOnlySpan<byte> data, [NotNullWhen(true)] out string? text)
    {
        text = null;
        var whole = new StringBuilder();
        var rest = data;
        while (!rest.IsEmpty)
        {
            var length = rest[0];
            if (length >= rest.Length)
                return false;
            whole.Append(Encoding.Latin1.GetString(rest.Slice(1, length)));
            rest = rest[(1 + length)..];
        }
        if (data.IsEmpty)
            return false;
        text = whole.ToString();
        return true;
    }

    private static int Number(ReadOnlySpan<byte> message, int at) => BinaryPrimitives.ReadUInt16BigEndian(message[at..]);

    private sealed class Records
    {
        public List<(DnsName Owner, string Text)> Texts { get; } = [];

        public Dictionary<DnsName, DnsName> Aliases { get; } = [];

        public IReadOnlyList<string> TextsOf(DnsName name)
        {
            for (var hops = 0; Aliases.TryGetValue(name, out var alias); hops++)
            {
                if (hops == MostAliases)
                    return [];
                name = alias;
            }
            return [.. Texts.Where(text => text.Owner == name).Select(text => text.Text)];
        }
    }
}
