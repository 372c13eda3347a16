using System.Globalization;

namespace Anteroom.Server.Platform.Web;

/// <summary>A colour as pages and mails write it: <c>#rrggbb</c>.</summary>
public readonly record struct Rgb(byte Red, byte Green, byte Blue)
{
    public static Rgb Black { get; } = new(0, 0, 0);

    public static Rgb White { get; } = new(byte.MaxValue, byte.MaxValue, byte.MaxValue);

    /// <summary>Takes <c>#</c> and six hexadecimal digits, and nothing else (SEC-017).</summary>
    public static bool TryParse(string? text, out Rgb colour)
    {
        colour = default;
        if (text is not ['#', _, _, _, _, _, _] || !text.Skip(1).All(char.IsAsciiHexDigit))
            return false;
        var value = int.Parse(text.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        colour = new((byte)(value >> 16), (byte)(value >> 8), (byte)value);
        return true;
    }

    /// <summary>Relative luminance, 0 to 1 (WCAG 2.2).</summary>
    public double Luminance => 0.2126 * Linear(Red) + 0.7152 * Linear(Green) + 0.0722 * Linear(Blue);

    /// <summary>1 to 21 (WCAG 2.2, contrast ratio).</summary>
    public double ContrastTo(Rgb other)
    {
        var (one, two) = (Luminance, other.Luminance);
        return (Math.Max(one, two) + 0.05) / (Math.Min(one, two) + 0.05);
    }

    /// <summary>Black or white, whichever is read better on this.</summary>
    public Rgb Ink => ContrastTo(White) >= ContrastTo(Black) ? White : Black;

    /// <param name="share">Of the other colour, 0 to 1.</param>
    public Rgb Mix(Rgb other, double share) =>
        new(Between(Red, other.Red, share), Between(Green, other.Green, share), Between(Blue, other.Blue, share));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"#{Red:x2}{Green:x2}{Blue:x2}");

    private static byte Between(byte from, byte to, double share) => (byte)Math.Round(from + (to - from) * share);

    private static double Linear(byte channel)
    {
        var value = channel / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }
}
