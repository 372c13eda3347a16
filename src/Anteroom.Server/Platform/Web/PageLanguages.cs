using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace Anteroom.Server.Platform.Web;

/// <summary>Which language a page speaks: of those that we have, the one that the application asked for (<c>ui_locales</c>), else the browser's, else English.</summary>
/// <remarks>A translation is a file: <c>SignInText.de.resx</c> makes the build lay <c>de/Anteroom.Server.resources.dll</c> beside the program, which is found here.</remarks>
public sealed class PageLanguages(IEnumerable<CultureInfo> translations)
{
    public static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");

    private const int MostWishes = 10;
    private const int LongestTag = 35; // RFC 5646 §4.4.1
    private const int LongestHeader = 1_000; // browsers send less than 200; to read a list of thousands costs milliseconds

    private readonly Dictionary<string, CultureInfo> _available = translations
        .Append(English)
        .DistinctBy(culture => culture.Name)
        .ToDictionary(culture => culture.Name, StringComparer.OrdinalIgnoreCase);

    public IReadOnlyCollection<CultureInfo> Available => _available.Values;

    /// <summary>The translations that lie beside a program.</summary>
    public static PageLanguages Beside(string folder, string assembly) =>
        new(
            Directory
                .EnumerateDirectories(folder)
                .Where(place => File.Exists(Path.Combine(place, assembly + ".resources.dll")))
                .Select(place => CultureOf(Path.GetFileName(place)))
                .OfType<CultureInfo>()
        );

    /// <summary>Remembers what the application asked for (OIDC Core §3.1.2.1, RP-Initiated Logout §2) for the pages of this request.</summary>
    public static void Wish(HttpContext http, string? uiLocales)
    {
        if (uiLocales is not null)
            http.Features.Set(new Wishes(uiLocales.Split(' ', MostWishes + 1, StringSplitOptions.RemoveEmptyEntries)));
    }

    public CultureInfo For(HttpContext http)
    {
        foreach (var tag in (http.Features.Get<Wishes>()?.Tags ?? []).Concat(AcceptedBy(http.Request)).Take(2 * MostWishes))
            if (Find(tag) is { } culture)
                return culture;
        return English;
    }

    /// <summary>The tag itself, or what is left of it from the end on (RFC 4647 §3.4).</summary>
    public CultureInfo? Find(string? tag)
    {
        if (tag is null || tag.Length > LongestTag)
            return null;
        for (var rest = tag; rest.Length > 0; rest = rest[..Math.Max(0, rest.LastIndexOf('-'))])
            if (_available.TryGetValue(rest, out var culture))
                return culture;
        return null;
    }

    private static IEnumerable<string> AcceptedBy(HttpRequest request) =>
        request.Headers.AcceptLanguage is var header
        && header.Sum(line => line?.Length ?? 0) <= LongestHeader
        && StringWithQualityHeaderValue.TryParseList(header, out var accepted)
            ? accepted
                .Where(language => language.Quality is null or > 0)
                .OrderByDescending(language => language.Quality ?? 1) // stable: equal ones stay in the browser's order
                .Take(MostWishes)
                .Select(language => language.Value.ToString())
            : [];

    private static CultureInfo? CultureOf(string name)
    {
        try
        {
            return CultureInfo.GetCultureInfo(name, predefinedOnly: true);
        }
        catch (CultureNotFoundException)
        {
            return null; // a folder of another kind
        }
    }

    private sealed record Wishes(IReadOnlyList<string> Tags);
}
