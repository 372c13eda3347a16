using System.Globalization;

namespace Anteroom.Entra.Requests;

/// <summary>The number by which Entra names an error, as in <c>AADSTS50011</c>. It is all that is ever kept of Entra's description.</summary>
public readonly record struct AadstsCode
{
    private const string Prefix = "AADSTS";
    private const int MaxDigits = 8;

    private AadstsCode(int value) => Value = value;

    public int Value { get; }

    public override string ToString() => $"{Prefix}{Value.ToString(CultureInfo.InvariantCulture)}";

    public static AadstsCode? FromNumber(long number) => number is > 0 and < 100_000_000 ? new AadstsCode((int)number) : null;

    /// <summary>Reads the code at the very start of an <c>error_description</c>: <c>AADSTS</c>, one to eight digits, a colon. Anything else is null.</summary>
    public static AadstsCode? Parse(string? description)
    {
        if (description is null || !description.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var rest = description.AsSpan(Prefix.Length);
        var colon = rest[..Math.Min(rest.Length, MaxDigits + 1)].IndexOf(':');
        return colon > 0 && int.TryParse(rest[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? FromNumber(number)
            : null;
    }
}
