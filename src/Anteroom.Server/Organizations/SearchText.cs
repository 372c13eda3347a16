namespace Anteroom.Server.Organizations;

/// <summary>What somebody typed to find something: folded as names are, and without meaning as a pattern (SEC-185 alike).</summary>
public sealed record SearchText
{
    private const int Longest = 256;

    private SearchText(string folded) => Folded = folded;

    /// <summary>Empty where nothing is searched for.</summary>
    public string Folded { get; }

    public bool IsEmpty => Folded.Length == 0;

    /// <summary>What begins with the text lies from <see cref="Folded"/> to here, byte by byte.</summary>
    public string PrefixEnd => Folded + "\U0010FFFF";

    /// <summary>For LIKE: what holds it.</summary>
    public string Anywhere => $"%{Escaped}%";

    /// <summary>Whether the text holds what is searched for.</summary>
    public bool IsIn(string? text) => text is not null && UserNames.Fold(text).Contains(Folded, StringComparison.Ordinal);

    /// <summary>More than 256 characters search for nothing.</summary>
    public static SearchText Of(string? text) => new(text is { Length: > 0 and <= Longest } ? UserNames.Fold(text.Trim()) : "");

    private string Escaped =>
        Folded
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal);
}
