using System.Globalization;
using Microsoft.Net.Http.Headers;
using SameSiteMode = Microsoft.AspNetCore.Http.SameSiteMode;

namespace Anteroom.Server.Platform.Web;

/// <summary>Which language a page speaks: of those that we have, the one that the person chose here, else what the application asked for (<c>ui_locales</c>), else the browser's, else English.</summary>
/// <remarks>A translation is a file: <c>SignInText.de.resx</c> makes the build lay <c>de/Anteroom.Server.resources.dll</c> beside the program, which is found here.</remarks>
public sealed class PageLanguages(IEnumerable<CultureInfo> translations, CookieNames? names = null)
{
    private const string ChoiceCookie = "language";
    private static readonly TimeSpan ChoiceLife = TimeSpan.FromDays(400); // browsers keep no cookie longer

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
    public static PageLanguages Beside(string folder, string assembly, CookieNames? names = null) =>
        new(
            Directory
                .EnumerateDirectories(folder)
                .Where(place => File.Exists(Path.Combine(place, assembly + ".resources.dll")))
                .Select(place => CultureOf(Path.GetFileName(place)))
                .OfType<CultureInfo>(),
            names
        );

    /// <summary>Remembers what the application asked for (OIDC Core §3.1.2.1, RP-Initiated Logout §2) for the pages of this request.</summary>
    public static void Wish(HttpContext http, string? uiLocales)
    {
        if (uiLocales is not null)
            http.Features.Set(new Wishes(uiLocales.Split(' ', MostWishes + 1, StringSplitOptions.RemoveEmptyEntries)));
    }

    /// <summary>What the person chose in this browser, where we have it; null leaves it to application and browser.</summary>
    public CultureInfo? ChosenIn(HttpContext http) => names is null ? null : Find(http.Request.Cookies[names.For(ChoiceCookie)]);

    /// <summary>Remembers the person's own choice in this browser, for all pages; null forgets it.</summary>
    public void Choose(HttpContext http, CultureInfo? language)
    {
        if (names is null)
            throw new InvalidOperationException("Without names for cookies no choice can be kept.");
        if (language is null)
            http.Response.Cookies.Delete(names.For(ChoiceCookie), names.Options(SameSiteMode.Lax, TimeSpan.Zero));
        else
            http.Response.Cookies.Append(names.For(ChoiceCookie), language.Name, names.Options(SameSiteMode.Lax, ChoiceLife));
    }

    public CultureInfo For(HttpContext http)
    {
        if (ChosenIn(http) is { } chosen)
            return chosen;
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
