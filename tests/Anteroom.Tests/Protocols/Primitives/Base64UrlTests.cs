using Anteroom.Protocols.Primitives;
using FsCheck.Fluent;

namespace Anteroom.Tests.Protocols.Primitives;

public sealed class Base64UrlTests
{
    [Fact] // RFC 7515 appendix C
    public void Encodes_the_published_example()
    {
        Assert.Equal("A-z_4ME", Base64Url.Encode([3, 236, 255, 224, 193]));
        Assert.True(Base64Url.TryDecode("A-z_4ME", out var bytes));
        Assert.Equal([3, 236, 255, 224, 193], bytes);
    }

    [Fact]
    public void Any_bytes_survive_the_round_trip() =>
        Prop.ForAll<byte[]>(bytes => Base64Url.TryDecode(Base64Url.Encode(bytes), out var decoded) && decoded.AsSpan().SequenceEqual(bytes))
            .Holds();

    [Fact, Trait("Security", "SEC-099")] // RFC 4648 §3.5: what is accepted is the one spelling
    public void Whatever_is_accepted_is_what_we_would_have_written() =>
        Prop.ForAll(
                Gen.Elements("AQgw048-_zZ=+/ \n\té.".ToCharArray()).ArrayOf().ToArbitrary(),
                text => !Base64Url.TryDecode(text, out var bytes) || Base64Url.Encode(bytes) == new string(text)
            )
            .Holds();

    [Theory, Trait("Security", "SEC-099")]
    [InlineData("QQ==")] // padding
    [InlineData("QQ=")]
    [InlineData("QQ%3D%3D")]
    [InlineData("QUI ")] // white space, which the framework's decoder skips
    [InlineData(" QUI")]
    [InlineData("QU\nI")]
    [InlineData("Q\tUI")]
    [InlineData("Q")] // six bits are no byte
    [InlineData("QUJDR")]
    [InlineData("QR")] // 'A' with unused bits set
    [InlineData("QUJ")] // "AB" with unused bits set
    [InlineData("+_+_")] // the alphabet of plain base64
    [InlineData("/-/-")]
    [InlineData("QUI.")]
    [InlineData("QUIé")]
    [InlineData("QU\0I")]
    public void Anything_else_is_refused(string text) => Assert.False(Base64Url.TryDecode(text, out _));

    [Fact]
    public void Nothing_decodes_to_nothing()
    {
        Assert.True(Base64Url.TryDecode("", out var bytes));
        Assert.Empty(bytes);
    }
}
