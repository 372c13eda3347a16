using Anteroom.Server.Credentials.Passwords;

namespace Anteroom.Tests.Credentials.Passwords;

public sealed class PasswordTests
{
    [Fact]
    [Trait("Security", "SEC-210")]
    public void Two_spellings_of_one_text_are_one_password()
    {
        var composed = Password.Read("Caf\u00e9 au lait, s'il te pla\u00eet")!;
        var typed = Password.Read("Cafe\u0301 au lait, s'il te plai\u0302t")!;
        Assert.Equal(composed.Reveal(), typed.Reveal());
        Assert.Equal(composed.Length, typed.Length);
    }

    [Theory] // no letters for others: what looks alike is not made the same (NFKC would)
    [InlineData("\ufb01sh and chips by the sea")]
    [InlineData("  spaces count, also at the ends  ")]
    [InlineData("ЖЩ漢字🦔🦔🦔 and \t a tab")]
    [Trait("Security", "SEC-210")]
    public void Nothing_is_trimmed_cut_off_or_made_alike(string typed) => Assert.Equal(typed, Password.Read(typed)!.Reveal());

    [Fact]
    [Trait("Security", "SEC-210")]
    public void Takes_256_characters_whatever_they_are_and_not_one_more()
    {
        var hedgehogs = string.Concat(Enumerable.Repeat("🦔", Password.Longest));
        Assert.Equal(Password.Longest, Password.Read(hedgehogs)!.Length);
        Assert.Null(Password.Read(hedgehogs + "x"));
        Assert.Null(Password.Read(new string('x', 1_000_000)));
    }

    [Fact] // not as data of the test: what holds attributes would mend half a pair
    public void Is_text()
    {
        Assert.Null(Password.Read(null));
        Assert.Null(Password.Read(""));
        Assert.Null(Password.Read("plums sail \ufffe beside"));
        foreach (var half in (string[])["half a pair \ud83e in the middle", "half a pair \udd94", "\ud83e", "\udd94\ud83e wrong way round"])
            Assert.Null(Password.Read(half));
    }

    [Fact]
    public void Is_never_printed() => Assert.Equal("[password]", Password.Read("plums sail beside quiet gravel")!.ToString());
}
