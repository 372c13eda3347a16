using Anteroom.Protocols.Dns;
using Anteroom.Tests.Protocols.Dns;
using FsCheck;
using FsCheck.Fluent;

namespace Anteroom.Tests.Fuzz.Targets;

/// <summary>What DNS servers answer, and who else answers in their place.</summary>
internal static class DnsTargets
{
    private static readonly DnsQuery Query = DnsName.TryParse(DnsMessage.Host, out var name)
        ? new(0x1234, name)
        : throw new InvalidOperationException();

    private static Gen<byte[]> Owner { get; } =
        Gen.Elements(DnsMessage.Asked, DnsMessage.Name(DnsMessage.Host), DnsMessage.Name("alias.example"), (byte[])[0xC0, 32], (byte[])[0]);

    private static Gen<byte[]> Record { get; } =
        from owner in Owner
        from target in Owner
        from text in Pieces.Text("abc=.-\u00e9", 0, 60)
        from kind in Gen.Choose(0, 3)
        select kind switch
        {
            0 => DnsMessage.Record(owner, DnsMessage.Cname, target),
            1 => DnsMessage.Text(owner, text, text),
            2 => DnsMessage.Record(owner, 1, [192, 0, 2, 1]),
            _ => DnsMessage.Text(owner, text),
        };

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new(
            "dns-answer",
            [DnsAnswer.Parse],
            from count in Gen.Choose(0, 5)
            from records in Record.ArrayOf(count)
            from flags in Gen.Elements(0x8180, 0x8180, 0x8180, 0x8183, 0x8182, 0x8380, 0x8500)
            select new DnsMessage { Flags = flags, Records = records }.ToBytes(),
            ["\u000c", "\0\u0010\0\u0001", "\0\u0005\0\u0001"],
            bytes =>
            {
                if (!DnsAnswer.Parse(bytes, Query).TryGet(out var answer, out var error))
                    return error.Code;
                Assert.True(!answer.IsTruncated || answer.Texts.Count == 0);
                Assert.True(answer.Texts.Sum(text => text.Length) <= bytes.Length); // nothing is made of nothing
                Assert.True(bytes.AsSpan(0, 2).SequenceEqual((byte[])[0x12, 0x34]));
                return $"{answer.Code} {answer.IsTruncated} {answer.IsKnowing} {Math.Min(answer.Texts.Count, 3)}";
            }
        ),
        FuzzTarget.OfText(
            "dns-name",
            [DnsName.TryParse],
            Gen.Zip(Pieces.Text("abcXYZ019-_", 1, 63), Gen.Elements("example", "test.", "a.b.c", "xn--p1ai"))
                .Select(pair => $"{pair.Item1}.{pair.Item2}"),
            [".", "..", "_", "\\.", "\\000", "ä", "。"],
            text =>
            {
                if (!DnsName.TryParse(text, out var name))
                    return "refused";
                Assert.InRange(name.Text.Length, 1, 253);
                Assert.True(DnsName.TryParse(name.Text, out var again) && again == name);
                var query = new DnsQuery(7, name);
                Assert.InRange(query.ToBytes().Length, 12 + 3 + 4, 12 + 255 + 4);
                // What is asked is what an answer to it says was asked.
                byte[] echo = [.. query.ToBytes()];
                echo[2] |= 0x80;
                Assert.True(DnsAnswer.Parse(echo, query).TryGet(out _, out _));
                return text == name.Text ? "as it is" : "folded";
            }
        ),
    ];
}
