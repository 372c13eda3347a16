using System.Globalization;
using System.Text.RegularExpressions;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Tests.SignIn.Pages;

/// <summary>The tokens of the pages' style, checked as numbers (WCAG 2.2 §1.4.3, §1.4.11).</summary>
public sealed class StyleTests
{
    private static readonly string Style = Read();

    [Theory]
    [InlineData("ink", "ground", 4.5)]
    [InlineData("ink", "surface", 4.5)]
    [InlineData("ink", "tint", 4.5)]
    [InlineData("ink-soft", "ground", 4.5)]
    [InlineData("ink-soft", "surface", 4.5)]
    [InlineData("ink-soft", "tint", 4.5)]
    [InlineData("accent", "surface", 4.5)]
    [InlineData("accent", "tint", 4.5)]
    [InlineData("on-accent", "accent", 4.5)]
    [InlineData("on-accent", "accent-strong", 4.5)]
    [InlineData("error", "error-tint", 4.5)]
    [InlineData("error", "surface", 4.5)]
    [InlineData("field-line", "surface", 3)]
    public void Contrast_suffices_in_light_and_dark(string front, string back, double least)
    {
        var dark = Style.IndexOf("prefers-color-scheme: dark", StringComparison.Ordinal);
        foreach (var scheme in new[] { Style[..dark], Style[dark..] })
            Assert.InRange(Contrast(Token(scheme, front), Token(scheme, back)), least, 21);
    }

    [Fact]
    public void Names_colours_only_as_tokens() =>
        Assert.DoesNotMatch(new Regex(@"^\s+(?!--)[a-z-]+:.*(#[0-9a-f]{3,8}\b|rgb\()", RegexOptions.Multiline), Style);

    [Fact]
    public void Is_small_and_fetches_nothing()
    {
        Assert.InRange(Style.Length, 1, 12 * 1024);
        Assert.DoesNotContain("url(", Style, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", Style, StringComparison.Ordinal);
    }

    private static double Contrast(double one, double other) => (Math.Max(one, other) + 0.05) / (Math.Min(one, other) + 0.05);

    /// <summary>Relative luminance of a token's colour.</summary>
    private static double Token(string scheme, string name)
    {
        var hex = Regex.Match(scheme, $@"--{name}: #([0-9a-f]+);").Groups[1].Value;
        if (hex.Length == 3)
            hex = string.Concat(hex.SelectMany(digit => new string(digit, 2)));
        Assert.Equal(6, hex.Length);

        double Channel(int at)
        {
            var value = int.Parse(hex.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }
        return (0.2126 * Channel(0)) + (0.7152 * Channel(2)) + (0.0722 * Channel(4));
    }

    private static string Read()
    {
        using var stream = typeof(Assets).Assembly.GetManifestResourceStream("assets/anteroom/sign-in.css")!;
        return new StreamReader(stream).ReadToEnd();
    }
}
