using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn.Records;

namespace Anteroom.Server.Console.Administering;

/// <summary>The first page of an organization: who came, who did not and why.</summary>
internal static class OverviewPage
{
    private const int Days = 14;

    public static void Map(RouteGroupBuilder console) => console.MapGet("/organizations/{slug}", ShowAsync).Operation("organizations.get");

    private static async Task<IResult> ShowAsync(
        HttpContext http,
        SignInHistory history,
        ConsolePages pages,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var room = http.Room()!;
        var now = clock.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var days = await history.PerDayAsync(room.Id, today.AddDays(1 - Days), today, ct);
        var refusals = await history.RefusalsAsync(room.Id, now - TimeSpan.FromDays(Days), ct);
        return pages.Show(
            "Overview",
            new OverviewModel(
                pages.Frame(http, room.Name, Navigation.Of(room)),
                days,
                [.. refusals.Select(refusal => new RefusalCause(refusal.Reason, TitleOf(refusal.Reason), refusal.Count))]
            )
        );
    }

    private static string TitleOf(string reason) => ReasonCatalogue.Find(reason)?.Title ?? reason;
}

internal sealed record RefusalCause(string Code, string Title, int Count);

internal sealed record OverviewModel(ConsoleFrame Frame, IReadOnlyList<SignInDay> Days, IReadOnlyList<RefusalCause> Refusals) : IConsolePage
{
    public int SignIns => Days.Sum(day => day.Admitted + day.Created);

    public int Refused => Days.Sum(day => day.Refused);

    public int Created => Days.Sum(day => day.Created);

    /// <summary>The height of a bar in tenths of a percent of the tallest; a class of the style, because nothing may be written inline (SEC-004).</summary>
    public int HeightOf(int count)
    {
        var tallest = Days.Max(day => day.Admitted + day.Created + day.Refused);
        return tallest == 0 ? 0 : (int)Math.Ceiling(count * 20.0 / tallest);
    }
}
