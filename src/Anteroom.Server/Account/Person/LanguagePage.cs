using System.Globalization;
using Anteroom.Server.Account.Frame;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Server.Account.Person;

/// <summary>In which language all pages speak to this browser. A language is offered where its translation lies beside the program.</summary>
internal static class LanguagePage
{
    public const string FieldName = "language";
    private const string Page = "language";

    public static void Map(RouteGroupBuilder account)
    {
        account.MapGet("/language", Show);
        account.MapPost("/language", ChooseAsync);
    }

    private static IResult Show(HttpContext http, PageLanguages languages, AccountPages pages) =>
        pages.Show(
            "Language",
            new LanguageModel(
                pages.Frame(http, "Language.Title", Page),
                [.. languages.Available.OrderBy(culture => culture.NativeName, StringComparer.Ordinal)],
                languages.ChosenIn(http)
            )
        );

    /// <summary>Nothing chosen, or nothing that we have, leaves it to the browser.</summary>
    private static async Task<IResult> ChooseAsync(HttpContext http, PageLanguages languages, CancellationToken ct)
    {
        var wanted = (await http.Request.ReadFormAsync(ct))[FieldName].ToString();
        languages.Choose(http, wanted.Length == 0 ? null : languages.Find(wanted));
        return AccountPages.Back(http, Page, "language.chosen");
    }
}

/// <param name="Chosen">Null where the browser decides.</param>
internal sealed record LanguageModel(AccountFrame Frame, IReadOnlyList<CultureInfo> Available, CultureInfo? Chosen) : IAccountPage;
