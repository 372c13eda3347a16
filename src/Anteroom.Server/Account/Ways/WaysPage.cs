using Anteroom.Server.Account.Access;
using Anteroom.Server.Account.Frame;

namespace Anteroom.Server.Account.Ways;

/// <summary>All that somebody can prove themselves with, section by section.</summary>
internal static class WaysPage
{
    public const string Page = "ways";

    public static void Map(RouteGroupBuilder account) => account.MapGet("/ways", ShowAsync);

    private static async Task<IResult> ShowAsync(
        HttpContext http,
        IEnumerable<IWaySection> sections,
        AccountPages pages,
        CancellationToken ct
    )
    {
        List<WaySection> shown = [];
        foreach (var section in sections)
            if (await section.OfAsync(http, http.Person(), ct) is { } one)
                shown.Add(one);
        return pages.Show("Ways", new WaysModel(pages.Frame(http, "Ways.Title", Page), shown));
    }
}

internal sealed record WaysModel(AccountFrame Frame, IReadOnlyList<WaySection> Sections) : IAccountPage;
