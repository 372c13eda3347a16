using System.Text;
using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using FsCheck.Fluent;

namespace Anteroom.Tests.Protocols.OAuth;

public sealed class BasicCredentialsTests
{
    [Fact] // RFC 6749 §2.3.1
    public void Reads_the_published_example()
    {
        Assert.True(BasicCredentials.Parse("Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3").TryGet(out var read, out _));
        Assert.Equal("s6BhdRkqt3", read.ClientId);
        Assert.Equal("7Fjfp0ZBr1KtDRbnfVdmIw", read.ClientSecret.Reveal());
    }

    [Theory] // RFC 6749 appendix B
    [InlineData("a%3Ab:c%25d", "a:b", "c%d")]
    [InlineData("a+b:c%20d", "a b", "c d")]
    [InlineData("a:b:c", "a", "b:c")]
    [InlineData("a:%2B", "a", "+")]
    [InlineData("a:~8Q.x-_", "a", "~8Q.x-_")]
    public void Both_parts_are_form_urlencoded(string pair, string id, string secret)
    {
        Assert.True(BasicCredentials.Parse(Header(pair)).TryGet(out var read, out _));
        Assert.Equal(id, read.ClientId);
        Assert.Equal(secret, read.ClientSecret.Reveal());
    }

    [Fact]
    public void Visible_ascii_survives_the_round_trip()
    {
        var text = Gen.Choose(0x20, 0x7e).Select(code => (char)code).NonEmptyListOf().Select(characters => string.Concat(characters));
        Prop.ForAll(
                text.Two().ToArbitrary(),
                pair =>
                    BasicCredentials.Parse(new BasicCredentials(pair.Item1, new Secret(pair.Item2)).ToHeader()).TryGet(out var read, out _)
                    && read.ClientId == pair.Item1
                    && read.ClientSecret.Reveal() == pair.Item2
            )
            .Holds();
    }

    [Theory]
    [InlineData("")]
    [InlineData("no colon")]
    [InlineData(":secret")]
    [InlineData("id:")]
    [InlineData("id:%")]
    [InlineData("id:%4")]
    [InlineData("id:%zz")]
    [InlineData("id:%00")]
    [InlineData("id:%0A")]
    [InlineData("id:\n")]
    [InlineData("id:%C3%A9")]
    [InlineData("id:%FF")]
    [InlineData("é:secret")]
    public void Refuses_other_pairs(string pair) => Assert.Equal("invalid_client", Refusal(Header(pair)));

    [Theory]
    [InlineData("")]
    [InlineData("Basic")]
    [InlineData("Basic ")]
    [InlineData("Bearer YTpi")]
    [InlineData("Basic  YTpi")]
    [InlineData("Basic YT pi")]
    [InlineData("Basic YTpi\n")]
    [InlineData("Basic YTpi=")]
    [InlineData("Basic YTp")]
    [InlineData("Basic YTp-")]
    [InlineData("Basic YTpi, Basic YTpi")]
    public void Refuses_other_headers(string header) => Assert.Equal("invalid_client", Refusal(header));

    [Fact]
    public void The_scheme_has_no_case_and_the_header_has_a_limit()
    {
        Assert.Null(Refusal("basic YTpi"));
        var longest = Header("id:" + new string('s', 3062));
        Assert.InRange(longest.Length, 4090, BasicCredentials.MaxLength);
        Assert.Null(Refusal(longest));
        Assert.Equal("invalid_client", Refusal(Header("id:" + new string('s', 3072))));
    }

    private static string Header(string pair) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));

    private static string? Refusal(string header) => BasicCredentials.Parse(header).TryGet(out _, out var error) ? null : error.Code;
}
