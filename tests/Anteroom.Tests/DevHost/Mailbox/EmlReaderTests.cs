using System.Text;
using Anteroom.DevHost.Mailbox;

namespace Anteroom.Tests.DevHost.Mailbox;

public sealed class EmlReaderTests
{
    private const string Whole = """
        From: =?utf-8?Q?S=C3=A9nder_One?= <from@example.com>
        To: to@example.com
        Subject: =?utf-8?B?R3LDvMOf?=
         =?utf-8?B?ZQ==?= and
        	more
        Date: 21 Nov 2026 18:31:53 +0000
        Content-Type: multipart/alternative;
         boundary="--b_1"

        preamble
        ----b_1
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        H=C3=A4llo=
         W=F6rld=0D=0A.end =3D
        ----b_1
        Content-Type: text/html; charset=utf-8
        Content-Transfer-Encoding: base64

        PHA+SMOk
        PC9wPg==
        ----b_1--
        epilogue
        """;

    private static ReceivedMail Read(string text) => EmlReader.Read(Encoding.Latin1.GetBytes(text.ReplaceLineEndings("\r\n")));

    [Fact]
    public void Reads_folded_headers_encoded_words_and_both_parts()
    {
        var mail = Read(Whole.Replace("W=F6rld", "Welt", StringComparison.Ordinal));
        Assert.Equal("Sénder One <from@example.com>", mail.From);
        Assert.Equal("to@example.com", mail.To);
        Assert.Equal("Grüße and\tmore", mail.Subject);
        Assert.Equal(new DateTimeOffset(2026, 11, 21, 18, 31, 53, TimeSpan.Zero), mail.Date);
        Assert.Equal("Hällo Welt\r\n.end =", mail.Text);
        Assert.Equal("<p>Hä</p>", mail.Html);
    }

    [Fact]
    public void A_character_may_begin_in_one_word_and_end_in_the_next() =>
        Assert.Equal("ü", Read("Subject: =?utf-8?Q?=C3?= =?utf-8?Q?=BC?=\n\n").Subject);

    [Fact]
    public void Lines_that_end_in_LF_alone_are_lines() => Assert.Equal("x", EmlReader.Read("Subject: x\n\nbody"u8).Subject);

    [Fact]
    public void Bytes_of_another_charset_never_end_the_reading() => Assert.Contains("W", Read(Whole).Text, StringComparison.Ordinal);

    [Fact] // wherever it is cut
    public void What_is_cut_off_is_read_as_far_as_it_goes()
    {
        var bytes = Encoding.Latin1.GetBytes(Whole.ReplaceLineEndings("\r\n"));
        for (var length = 0; length <= bytes.Length; length++)
            Assert.NotNull(EmlReader.Read(bytes.AsSpan(0, length)));
        Assert.Equal(
            "<p>Hä",
            EmlReader.Read(bytes.AsSpan(0, Encoding.Latin1.GetString(bytes).IndexOf("PC9w", StringComparison.Ordinal))).Html
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n\n")]
    [InlineData(": no name\n\nx")]
    [InlineData(" folded from nothing\nSubject: x\n\n")]
    [InlineData("Subject: =?utf-8?B?\n\n")]
    [InlineData("Subject: =?utf-8?B?!!!?= =?x?Z?y?= =??\n\n")]
    [InlineData("Content-Type: multipart/mixed\n\n--\n")]
    [InlineData("Content-Type: multipart/mixed; boundary=\n\n--\n")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\n\n--b\n--b\n--b")]
    [InlineData("Content-Transfer-Encoding: base64\n\nA")]
    [InlineData("Content-Transfer-Encoding: quoted-printable\n\n=")]
    public void What_is_broken_is_no_exception(string text) => Assert.NotNull(Read(text));

    [Fact]
    public void What_is_huge_or_deep_comes_to_an_end()
    {
        Assert.NotNull(EmlReader.Read(new byte[3 * EmlReader.MaxBytes]));
        Assert.NotNull(Read(string.Concat(Enumerable.Range(0, 50_000).Select(i => $"X-{i}: y\n"))));
        Assert.NotNull(Read("Content-Type: multipart/mixed; boundary=b\n\n" + string.Concat(Enumerable.Repeat("--b\n\nx\n", 50_000))));
        Assert.NotNull(Read(string.Concat(Enumerable.Repeat("Content-Type: multipart/mixed; boundary=b\n\n--b\n", 5_000))));
        Assert.Equal("deep", Read(Nested("abcd")).Text);
        Assert.Null(Read(Nested("abcde")).Text);
        Assert.NotNull(Read("Subject: " + string.Concat(Enumerable.Repeat("=?utf-8?Q?a?= ", 20_000)) + "\n\n"));
    }

    private static string Nested(string boundaries) =>
        string.Concat(boundaries.Select(boundary => $"Content-Type: multipart/mixed; boundary={boundary}\n\n--{boundary}\n")) + "\ndeep";

    [Fact]
    public void The_first_header_of_a_name_counts() => Assert.Equal("a", Read("Subject: a\nSubject: b\n\n").Subject);
}
