using System.Text.RegularExpressions;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Tests.Conventions;
using Anteroom.Tests.Protocols;
using FsCheck;
using FsCheck.Fluent;

namespace Anteroom.Tests.SignIn.Pages;

/// <summary>Whatever colour an organization chooses, its pages can be read (design.md §7).</summary>
[Trait("Security", "SEC-017")]
public sealed partial class AccentTokensTests
{
    private static readonly Arbitrary<Rgb> Colours = Gen.ArrayOf(Gen.Choose(0, 255), 3)
        .Select(channels => new Rgb((byte)channels[0], (byte)channels[1], (byte)channels[2]))
        .ToArbitrary();

    [Fact]
    public void Text_in_and_on_any_accent_can_be_read_in_both_schemes()
    {
        var (light, dark) = Surfaces();
        Prop.ForAll(Colours, colour => IsReadable(AccentTokens.Light(colour), light) && IsReadable(AccentTokens.Dark(colour), dark))
            .Holds();

        static bool IsReadable(AccentTokens tokens, Scheme scheme) =>
            new[] { scheme.Ground, scheme.Surface, tokens.Tint }.All(under =>
                tokens.Accent.ContrastTo(under) >= 4.5 && tokens.Strong.ContrastTo(under) >= 4.5 && scheme.Ink.ContrastTo(under) >= 4.5
            )
            && tokens.On.ContrastTo(tokens.Accent) >= 4.5
            && tokens.On.ContrastTo(tokens.Strong) >= 4.5;
    }

    [Theory]
    [InlineData("#14615d")]
    [InlineData("#0050b3")]
    public void A_colour_that_can_be_read_stays_as_it_was_chosen(string chosen)
    {
        Assert.True(Rgb.TryParse(chosen, out var colour));
        Assert.Equal(colour, AccentTokens.Light(colour).Accent);
    }

    [Fact]
    public void The_style_sheet_is_nothing_but_colours()
    {
        Prop.ForAll(Colours, colour => Sheet().IsMatch(AccentTokens.StyleSheet(colour))).Holds();
    }

    [Theory]
    [InlineData("#14615D", true)]
    [InlineData("14615d", false)]
    [InlineData("#14615", false)]
    [InlineData("#14615dd", false)]
    [InlineData("#1461 d", false)]
    [InlineData("#+4615d", false)]
    [InlineData("#١٢٣٤٥٦", false)]
    [InlineData("red", false)]
    [InlineData("#000}body{display:none", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Only_six_hexadecimal_digits_are_a_colour(string? text, bool isOne) => Assert.Equal(isOne, Rgb.TryParse(text, out _));

    private sealed record Scheme(Rgb Ground, Rgb Surface, Rgb Ink);

    /// <summary>The colours of the sign-in pages themselves, so that a change there is noticed here.</summary>
    private static (Scheme Light, Scheme Dark) Surfaces()
    {
        var css = File.ReadAllText(Path.Combine(SourceTree.Root, "src/Anteroom.Server/wwwroot/anteroom/sign-in.css"));
        var dark = css.IndexOf("prefers-color-scheme: dark", StringComparison.Ordinal);
        return (Read(css[..dark]), Read(css[dark..]));

        static Scheme Read(string css) => new(Token(css, "ground"), Token(css, "surface"), Token(css, "ink"));

        static Rgb Token(string css, string name)
        {
            var value = Regex.Match(css, $"--{name}: (#[0-9a-f]{{3,6}});").Groups[1].Value;
            var whole = value.Length == 4 ? "#" + string.Concat(value.Skip(1).Select(digit => new string(digit, 2))) : value;
            Assert.True(Rgb.TryParse(whole, out var colour), name);
            return colour;
        }
    }

    [GeneratedRegex(
        @"^:root\{(--(accent|accent-strong|on-accent|tint):#[0-9a-f]{6};?){4}\}@media \(prefers-color-scheme:dark\)\{:root\{(--(accent|accent-strong|on-accent|tint):#[0-9a-f]{6};?){4}\}\}$"
    )]
    private static partial Regex Sheet();
}
