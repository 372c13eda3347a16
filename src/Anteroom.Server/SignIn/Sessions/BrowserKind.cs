namespace Anteroom.Server.SignIn.Sessions;

/// <summary>Which kind of browser on which kind of system began a session, by the browser's own word: two words of short lists, so that nothing that was sent is stored or shown.</summary>
/// <param name="Browser">A word of <see cref="Browsers"/>, or <see cref="Unknown"/>.</param>
/// <param name="System">A word of <see cref="Systems"/>, or <see cref="Unknown"/>.</param>
public sealed record BrowserKind(string Browser, string System)
{
    public const string Unknown = "unknown";

    /// <summary>Browsers send less than 300; of more only the beginning is read.</summary>
    private const int MostRead = 512;

    // Each pretends to be those below it, so the first that is named counts.
    private static readonly (string Mark, string Word)[] BrowserMarks =
    [
        ("Edg/", "edge"),
        ("EdgA/", "edge"),
        ("EdgiOS/", "edge"),
        ("OPR/", "opera"),
        ("SamsungBrowser/", "samsung"),
        ("Firefox/", "firefox"),
        ("FxiOS/", "firefox"),
        ("CriOS/", "chrome"),
        ("Chrome/", "chrome"),
        ("Safari/", "safari"),
    ];

    private static readonly (string Mark, string Word)[] SystemMarks =
    [
        ("iPhone", "iphone"),
        ("iPad", "ipad"),
        ("Android", "android"),
        ("CrOS", "chromeos"),
        ("Windows", "windows"),
        ("Mac OS X", "macos"),
        ("Linux", "linux"),
    ];

    public static IReadOnlyList<string> Browsers { get; } = [.. BrowserMarks.Select(mark => mark.Word).Distinct()];

    public static IReadOnlyList<string> Systems { get; } = [.. SystemMarks.Select(mark => mark.Word).Distinct()];

    /// <summary>Reads a <c>User-Agent</c> (RFC 9110 §10.1.5). It is a label for the person, never a proof of anything.</summary>
    public static BrowserKind Of(string? userAgent)
    {
        var text = userAgent is { Length: > MostRead } ? userAgent[..MostRead] : userAgent ?? "";
        return new(First(BrowserMarks, text), First(SystemMarks, text));
    }

    /// <summary>As <see cref="ToString"/> wrote it; null for anything else.</summary>
    public static BrowserKind? Parse(string? stored) =>
        stored?.Split(' ') is [var browser, var system] && IsWord(Browsers, browser) && IsWord(Systems, system)
            ? new(browser, system)
            : null;

    public override string ToString() => $"{Browser} {System}";

    private static string First((string Mark, string Word)[] marks, string text)
    {
        foreach (var (mark, word) in marks)
            if (text.Contains(mark, StringComparison.Ordinal))
                return word;
        return Unknown;
    }

    private static bool IsWord(IReadOnlyList<string> words, string word) => word == Unknown || words.Contains(word);
}
