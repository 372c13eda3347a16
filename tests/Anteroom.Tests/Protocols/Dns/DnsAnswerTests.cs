using Anteroom.Protocols.Dns;

namespace Anteroom.Tests.Protocols.Dns;

/// <summary>What a server says of a TXT question (RFC 1035 §4.1), bent part by part.</summary>
[Trait("Security", "SEC-269")]
public sealed class DnsAnswerTests
{
    private static readonly DnsMessage Good = new() { Records = [DnsMessage.Text(DnsMessage.Asked, "value")] };

    private static DnsQuery Query { get; } =
        DnsName.TryParse(DnsMessage.Host, out var name) ? new(0x1234, name) : throw new InvalidOperationException();

    private static DnsAnswer Read(DnsMessage message)
    {
        Assert.True(DnsAnswer.Parse(message.ToBytes(), Query).TryGet(out var answer, out var error), error?.Code);
        return answer;
    }

    private static DnsError Refused(byte[] message)
    {
        Assert.False(DnsAnswer.Parse(message, Query).TryGet(out _, out var error));
        return error;
    }

    [Fact]
    public void Reads_the_text()
    {
        var answer = Read(Good);
        Assert.Equal(["value"], answer.Texts);
        Assert.Equal((DnsResponseCode.NoError, false, true), (answer.Code, answer.IsTruncated, answer.IsKnowing));
    }

    [Fact] // RFC 1035 §3.3.14, RFC 7208 §3.3
    public void Makes_one_text_of_the_strings_of_a_record_and_keeps_records_apart() =>
        Assert.Equal(
            ["onetwo", "", "three\u00e4"],
            Read(
                Good with
                {
                    Records =
                    [
                        DnsMessage.Text(DnsMessage.Asked, "one", "two"),
                        DnsMessage.Text(DnsMessage.Asked, ""),
                        DnsMessage.Text(DnsMessage.Asked, "three\u00e4"),
                    ],
                }
            ).Texts
        );

    [Fact] // RFC 1034 §3.6.2; in whatever order they come
    public void Follows_aliases() =>
        Assert.Equal(
            ["value"],
            Read(
                Good with
                {
                    Records =
                    [
                        DnsMessage.Text(DnsMessage.Name("end.fabrikam.example"), "value"),
                        DnsMessage.Alias("Middle.fabrikam.example", "END.fabrikam.example"),
                        DnsMessage.Alias(DnsMessage.Host, "middle.FABRIKAM.example"),
                    ],
                }
            ).Texts
        );

    [Fact]
    public void Ends_where_aliases_go_round()
    {
        var answer = Read(
            Good with
            {
                Records =
                [
                    DnsMessage.Alias(DnsMessage.Host, "a.example"),
                    DnsMessage.Alias("a.example", "b.example"),
                    DnsMessage.Alias("b.example", "a.example"),
                ],
            }
        );
        Assert.Empty(answer.Texts);
    }

    [Fact] // what an answer carries of other names, types and classes says nothing of the name that was asked
    public void Takes_no_text_of_another_name_type_or_class() =>
        Assert.Empty(
            Read(
                Good with
                {
                    Records =
                    [
                        DnsMessage.Text(DnsMessage.Name("contoso.example"), "value"),
                        DnsMessage.Record(DnsMessage.Asked, 99, [5, .. "value"u8]),
                        DnsMessage.Record(DnsMessage.Asked, DnsMessage.Txt, [5, .. "value"u8], klass: 3),
                    ],
                }
            ).Texts
        );

    [Theory]
    [InlineData(0x8180, DnsResponseCode.NoError, true)]
    [InlineData(0x8183, DnsResponseCode.NameError, true)]
    [InlineData(0x8182, DnsResponseCode.ServerFailure, true)]
    [InlineData(0x8185, DnsResponseCode.Refused, true)]
    [InlineData(0x8403, DnsResponseCode.NameError, true)] // the zone's own server
    [InlineData(0x8100, DnsResponseCode.NoError, false)] // neither: it only points elsewhere
    public void Reads_what_the_server_says_of_itself(int flags, DnsResponseCode code, bool isKnowing)
    {
        var answer = Read(new() { Flags = flags });
        Assert.Equal((code, isKnowing), (answer.Code, answer.IsKnowing));
        Assert.Empty(answer.Texts);
    }

    [Fact]
    public void Reads_nothing_of_an_answer_that_was_cut()
    {
        var answer = Read(Good with { Flags = 0x8380, Count = 7 });
        Assert.True(answer.IsTruncated);
        Assert.Empty(answer.Texts);
    }

    [Fact] // RFC 4343
    public void Knows_the_question_in_any_case() =>
        Assert.Equal(
            ["value"],
            Read(Good with { Question = [.. DnsMessage.Name(DnsMessage.Host.ToUpperInvariant()), 0, DnsMessage.Txt, 0, 1] }).Texts
        );

    public static TheoryData<string> OfOthers => ["id", "a question", "an update", "no question", "two questions", "name", "type", "class"];

    [Theory, MemberData(nameof(OfOthers))] // RFC 5452 §9.1
    public void Is_not_taken_in_by_an_answer_to_something_else(string what)
    {
        var other = what switch
        {
            "id" => Good with { Id = 0x1235 },
            "a question" => Good with { Flags = 0x0100 },
            "an update" => Good with { Flags = 0xA980 },
            "no question" => Good with { Questions = 0 },
            "two questions" => Good with { Questions = 2 },
            "name" => Good with { Question = [.. DnsMessage.Name("_anteroom-challenge.contoso.example.evil.example"), 0, 16, 0, 1] },
            "type" => Good with { Question = [.. DnsMessage.Name(DnsMessage.Host), 0, 1, 0, 1] },
            _ => Good with { Question = [.. DnsMessage.Name(DnsMessage.Host), 0, 16, 0, 3] },
        };
        Assert.Same(DnsError.NotTheAnswer, Refused(other.ToBytes()));
    }

    public static TheoryData<string> Broken =>
        [
            "a record too few",
            "no string",
            "a string too long",
            "data too long",
            "alias with leftovers",
            "pointer to itself",
            "pointer ahead",
            "label of type 1",
        ];

    [Theory, MemberData(nameof(Broken))]
    public void Refuses_what_does_not_read_as_an_answer(string how)
    {
        byte[] host = DnsMessage.Name(DnsMessage.Host);
        var here = (byte)(12 + host.Length + 4);
        var broken = how switch
        {
            "a record too few" => Good with { Count = 2 },
            "no string" => Good with { Records = [DnsMessage.Record(DnsMessage.Asked, DnsMessage.Txt, [])] },
            "a string too long" => Good with { Records = [DnsMessage.Record(DnsMessage.Asked, DnsMessage.Txt, [3, 65, 66])] },
            "data too long" => Good with
            {
                Records =
                [
                    [.. DnsMessage.Asked, 0, 16, 0, 1, 0, 0, 0, 60, 0, 9, 1, 65],
                ],
            },
            "alias with leftovers" => Good with
            {
                Records = [DnsMessage.Record(DnsMessage.Asked, DnsMessage.Cname, [.. DnsMessage.Name("a.example"), 0])],
            },
            "pointer to itself" => Good with { Records = [DnsMessage.Text([0xC0, here], "value")] },
            "pointer ahead" => Good with { Records = [DnsMessage.Text([0xC0, (byte)(here + 2)], "value")] },
            _ => Good with { Records = [DnsMessage.Text([0x40, 0], "value")] },
        };
        Assert.Same(DnsError.Malformed, Refused(broken.ToBytes()));
    }

    [Fact] // wherever it breaks off, it is no answer
    public void Refuses_every_beginning_of_an_answer()
    {
        var whole = Good.ToBytes();
        for (var length = 0; length < whole.Length; length++)
            Assert.NotNull(Refused(whole[..length]));
    }

    [Fact] // authority and additional records, which nobody reads here
    public void Does_not_mind_what_stands_behind() =>
        Assert.Equal(["value"], Read(Good with { Records = [.. Good.Records, [.. "behind"u8]], Count = 1 }).Texts);

    [Fact]
    public void Reads_the_longest_answer_that_there_can_be()
    {
        var records = Enumerable.Repeat(DnsMessage.Text(DnsMessage.Asked, new string('a', 255), new string('b', 245)), 120).ToList();
        var message = new DnsMessage { Records = records };
        Assert.InRange(message.ToBytes().Length, 60_000, 65_535);
        Assert.Equal(120, Read(message).Texts.Count);
    }

    [Fact] // RFC 1035 §4.1.1 and §4.1.2, byte by byte
    public void Asks_as_the_standard_says() =>
        Assert.Equal([0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0, .. DnsMessage.Name(DnsMessage.Host), 0, 16, 0, 1], Query.ToBytes());

    [Fact] // RFC 5452 §9.1
    public void Gives_each_question_a_number_of_its_own() =>
        Assert.InRange(Enumerable.Range(0, 1000).Select(_ => DnsQuery.For(Query.Name).Id).Distinct().Count(), 960, 1000);
}
