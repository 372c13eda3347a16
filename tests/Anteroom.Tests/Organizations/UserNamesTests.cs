using Anteroom.Server.Organizations;

namespace Anteroom.Tests.Organizations;

/// <summary>Two spellings of one name are one name (HEL-27).</summary>
public sealed class UserNamesTests
{
    [Theory]
    [InlineData("mira", "mira")]
    [InlineData("MIRA", "mira")]
    [InlineData("  Mira\t", "mira")]
    [InlineData("Straße", "strasse")]
    [InlineData("STRASSE", "strasse")]
    [InlineData("ﬁnn", "finn")] // a ligature
    [InlineData("Ｍｉｒａ", "mira")] // full width
    [InlineData("Jose\u0301", "josé")] // e and an accent
    [InlineData("Å", "å")]
    [InlineData("\u212Bsa", "åsa")] // the Ångström sign
    [InlineData("K", "k")] // the Kelvin sign's fold
    [InlineData("\u212A", "k")]
    [InlineData("Σίσυφος", "σίσυφοσ")]
    [InlineData("ΣΊΣΥΦΟΣ", "σίσυφοσ")]
    [InlineData("², ³", "2, 3")]
    [InlineData("mira@EXAMPLE.com", "mira@example.com")]
    public void Folds(string name, string folded) => Assert.Equal(UserNames.Fold(folded), UserNames.Fold(name));

    [Theory]
    [InlineData("mira", "m1ra")]
    [InlineData("mira", "míra")]
    [InlineData("mira", "mirа")] // a Cyrillic letter: flagged elsewhere, never merged
    [InlineData("a b", "ab")]
    public void Keeps_apart(string one, string other) => Assert.NotEqual(UserNames.Fold(one), UserNames.Fold(other));

    [Fact] // attributes cannot hold half a surrogate pair, so these are not cases of a theory
    public void Takes_broken_text_for_no_name_and_never_throws()
    {
        foreach (var broken in (string[])["\ud800", "half \udc00 pair", "\ud800\ud800", "mi\ud800ra", "\ufffe", "mi\ufffera"])
        {
            Assert.False(UserNames.IsValid(broken));
            Assert.Equal(UserNames.Fold(broken), UserNames.Fold(UserNames.Fold(broken)));
        }
        foreach (var odd in (string[])["", "\u0000"])
            Assert.Equal(UserNames.Fold(odd), UserNames.Fold(UserNames.Fold(odd)));
    }

    [Fact]
    public void Folding_again_changes_nothing()
    {
        for (var rune = 0; rune < 0x3000; rune++)
            if (System.Text.Rune.IsValid(rune))
            {
                var once = UserNames.Fold("x" + new System.Text.Rune(rune) + "y");
                Assert.True(once == UserNames.Fold(once), $"U+{rune:X4}");
            }
    }

    [Theory]
    [InlineData("mira", true)]
    [InlineData("mira koch", true)]
    [InlineData("米拉", true)]
    [InlineData("mira@example.com", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData(" mira", false)]
    [InlineData("mira ", false)]
    [InlineData("mi\nra", false)]
    [InlineData("mi\u200Bra", false)] // zero width
    [InlineData("mi\u202Era", false)] // turns the reading direction
    [InlineData("mi\u2028ra", false)]
    [InlineData("mi\u0378ra", false)] // not assigned
    public void Knows_what_can_be_a_name(string? name, bool valid) => Assert.Equal(valid, UserNames.IsValid(name));

    [Fact]
    public void Bounds_a_name_to_256_characters_and_320_folded()
    {
        Assert.True(UserNames.IsValid(new string('a', 256)));
        Assert.False(UserNames.IsValid(new string('a', 257)));
        Assert.False(UserNames.IsValid(new string('ﷺ', 100))); // each becomes eighteen
    }
}
