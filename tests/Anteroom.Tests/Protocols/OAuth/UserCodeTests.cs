using Anteroom.Protocols.OAuth;
using FsCheck.Fluent;

namespace Anteroom.Tests.Protocols.OAuth;

public sealed class UserCodeTests
{
    [Fact] // RFC 8628 §6.1: no vowels, nothing that looks like something else
    public void A_new_code_is_eight_of_twenty_letters_shown_in_two_halves()
    {
        var codes = Enumerable.Range(0, 2_000).Select(_ => UserCode.New()).ToList();
        Assert.All(codes, code => Assert.Matches("^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$", code.ToString()));
        Assert.Equal(codes.Count, codes.Distinct().Count());
        // Every letter at every place: 2,000 draws miss one of 160 pairs once in 10^42 runs.
        for (var place = 0; place < 8; place++)
            Assert.Equal(20, codes.Select(code => code.Value[place]).Distinct().Count());
    }

    [Theory]
    [InlineData("WDJB-MJHT")]
    [InlineData("WDJBMJHT")]
    [InlineData("wdjb-mjht")]
    [InlineData("wDjBmJhT")]
    [InlineData(" wdjb mjht ")]
    [InlineData("w-d-j-b-m-j-h-t")]
    [InlineData("WDJB--MJHT")]
    [InlineData("WDJB\u2010MJHT")]
    [InlineData("WDJB\u2014MJHT")]
    [InlineData("WDJB\u00a0MJHT")]
    [InlineData("WDJB-MJHT                       ")]
    public void Is_typed_in_any_case_with_and_without_hyphen(string typed)
    {
        Assert.True(UserCode.TryParse(typed, out var code));
        Assert.Equal("WDJBMJHT", code.Value);
        Assert.Equal("WDJB-MJHT", code.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("        ")]
    [InlineData("WDJB-MJH")] // truncated
    [InlineData("WDJB-MJHTT")] // something left over
    [InlineData("WDJB-MJHT1")]
    [InlineData("WDJB-MJHA")] // a vowel
    [InlineData("WDJB-MJHY")]
    [InlineData("WDJB-MJH0")]
    [InlineData("WDJB_MJHT")]
    [InlineData("WDJB\tMJHT")]
    [InlineData("WDJB\0MJHT")]
    [InlineData("WDJB-MJH\u017f")] // the long s, whose upper case is S
    [InlineData("WDJB-MJH\u212a")] // the Kelvin sign, whose lower case is k
    [InlineData("\uff37DJB-MJHT")] // full width
    [InlineData("WDJB-MJHT                        ")] // 33 characters
    public void Anything_else_is_none(string? typed) => Assert.False(UserCode.TryParse(typed, out _));

    [Fact]
    public void What_is_shown_can_be_typed_and_any_text_is_answered()
    {
        foreach (var code in Enumerable.Range(0, 200).Select(_ => UserCode.New()))
        {
            Assert.True(UserCode.TryParse(code.ToString(), out var same));
            Assert.Equal(code, same);
        }
        Prop.ForAll<string>(text => !UserCode.TryParse(text, out var code) || UserCode.TryParse(code.ToString(), out _)).Holds();
    }
}
