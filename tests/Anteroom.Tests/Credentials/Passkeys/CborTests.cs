using Anteroom.Server.Credentials.Passkeys;

namespace Anteroom.Tests.Credentials.Passkeys;

public sealed class CborTests
{
    [Theory]
    [InlineData("a0", true)]
    [InlineData("a1616101", true)]
    [InlineData("a2616101616202", true)]
    [InlineData("826161a1010202", false)] // a byte behind the end
    [InlineData("a2616101616102", false)] // a key twice
    [InlineData("bf616101ff", false)] // a map without a length
    [InlineData("9f01ff", false)] // an array without a length
    [InlineData("5f4101ff", false)] // bytes in pieces
    [InlineData("7f6161ff", false)] // text in pieces
    [InlineData("c000", false)] // a tag
    [InlineData("a16161", false)] // cut off
    [InlineData("5a00100000ff", false)] // longer than there is
    [InlineData("ff", false)]
    [InlineData("", false)]
    [InlineData("6180", false)] // text that is not UTF-8
    [Trait("Security", "SEC-223")]
    public void Takes_one_item_of_definite_length_and_nothing_else(string hex, bool taken) =>
        Assert.Equal(taken, Cbor.IsWhole(Convert.FromHexString(hex)));

    [Theory]
    [InlineData(16, true)]
    [InlineData(17, false)]
    [InlineData(60_000, false)]
    [Trait("Security", "SEC-223")]
    [Trait("Security", "SEC-366")]
    public void Goes_sixteen_levels_deep(int levels, bool taken) =>
        Assert.Equal(taken, Cbor.IsWhole((byte[])[.. Enumerable.Repeat((byte)0x81, levels), 0x00]));

    [Fact]
    [Trait("Security", "SEC-223")]
    public void Is_at_most_64_kilobytes()
    {
        Assert.True(Cbor.IsWhole((byte[])[0x59, 0xff, 0xfd, .. new byte[0xfffd]]));
        Assert.False(Cbor.IsWhole((byte[])[0x5a, 0, 1, 0, 0, .. new byte[0x10000]]));
    }

    [Fact]
    public void Measures_the_first_item_where_more_follow() => Assert.Equal(4, Cbor.Measure(Convert.FromHexString("a161610181")));
}
