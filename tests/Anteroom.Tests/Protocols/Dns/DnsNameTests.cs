using Anteroom.Protocols.Dns;

namespace Anteroom.Tests.Protocols.Dns;

public sealed class DnsNameTests
{
    [Theory]
    [InlineData("contoso.example", "contoso.example")]
    [InlineData("_Anteroom-Challenge.Contoso.EXAMPLE.", "_anteroom-challenge.contoso.example")]
    [InlineData("example", "example")]
    public void Reads_a_name_in_one_spelling(string text, string expected)
    {
        Assert.True(DnsName.TryParse(text, out var name));
        Assert.Equal(expected, name.Text);
        Assert.True(DnsName.TryParse(expected, out var again));
        Assert.Equal(name, again);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a b")]
    [InlineData("a\\.b")]
    [InlineData("ä.example")]
    [InlineData("a\0.example")]
    public void Refuses_what_cannot_be_asked_for(string? text) => Assert.False(DnsName.TryParse(text, out _));

    [Fact] // RFC 1035 §2.3.4
    public void Keeps_to_the_longest_labels_and_names()
    {
        var label = new string('a', 63);
        Assert.True(DnsName.TryParse(label + ".example", out _));
        Assert.False(DnsName.TryParse(label + "a.example", out _));
        var longest = string.Join('.', label, label, label, new string('a', 61));
        Assert.Equal(253, longest.Length);
        Assert.True(DnsName.TryParse(longest, out _));
        Assert.False(DnsName.TryParse(longest + "a", out _));
    }

    [Fact] // a dot inside a label is no separator: "a.b" as one label is not the name a.b
    public void A_label_with_a_dot_is_not_two_labels()
    {
        Assert.True(DnsName.TryParse(DnsMessage.Host, out var name));
        byte[] joined = [(byte)DnsMessage.Host.Length, .. System.Text.Encoding.ASCII.GetBytes(DnsMessage.Host), 0];
        var forged = new DnsMessage
        {
            Question = [.. joined, 0, DnsMessage.Txt, 0, 1],
            Records = [DnsMessage.Text(DnsMessage.Asked, "value")],
        };
        Assert.False(DnsAnswer.Parse(forged.ToBytes(), new(0x1234, name)).TryGet(out _, out var error));
        Assert.Same(DnsError.NotTheAnswer, error);
    }

    [Fact] // 200 pointers back, each allowed by itself, end; and so does a name that grows beyond 255 bytes on the way
    public void Chains_of_pointers_end()
    {
        Assert.True(DnsName.TryParse(DnsMessage.Host, out var name));
        var at = new DnsMessage().ToBytes().Length;
        List<byte[]> records = [DnsMessage.Text(DnsMessage.Asked, "value")];
        for (var i = 0; i < 200; i++)
        {
            var before = at;
            at += records[^1].Length;
            records.Add(DnsMessage.Text([1, (byte)'a', (byte)(0xC0 | (before >> 8)), (byte)before], "x"));
        }
        var answer = DnsAnswer.Parse(new DnsMessage { Records = records }.ToBytes(), new(0x1234, name));
        Assert.False(answer.TryGet(out _, out var error));
        Assert.Same(DnsError.Malformed, error);
        Assert.True(
            DnsAnswer.Parse(new DnsMessage { Records = [.. records.Take(50)] }.ToBytes(), new(0x1234, name)).TryGet(out var fine, out _)
        );
        Assert.Equal(["value"], fine.Texts);
    }
}
