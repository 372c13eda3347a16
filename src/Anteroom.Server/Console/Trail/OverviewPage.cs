using Anteroom.Server.Connections;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn.Records;

namespace Anteroom.Server.Console.Trail;

/// <summary>The first page of an organization: who came, who did not and why.</summary>
internal static class OverviewPage
{
    private const int Days = 14;
    private const int MostKeys = 200;

    public static void Map(RouteGroupBuilder console) => console.MapGet("/organizations/{slug}", ShowAsync).Operation("organizations.get");

    private static async Task<IResult> ShowAsync(
        HttpContext http,
        SignInHistory history,
        ConnectionStore connections,
        ApiKeys keys,
        ApplicationSecrets secrets,
        Database database,
        ConsolePages pages,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var room = http.Room()!;
        var now = clock.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var days = await history.PerDayAsync(room.Id, today.AddDays(1 - Days), today, ct);
        var refusals = await history.RefusalsAsync(room.Id, today.AddDays(1 - Days), today, ct);
        return pages.Show(
            "Overview",
            new OverviewModel(
                pages.Frame(http, room.Name, Navigation.Of(room)),
                days,
                [.. refusals.Select(refusal => new RefusalCause(refusal.Reason, TitleOf(refusal.Reason), refusal.Count))],
                [
                    .. Attention
                        .Of(
                            new(
                                room,
                                await connections.ListAsync(room.Id, ct),
                                await DomainsAsync(database, room, ct),
                                await keys.ListAsync(room.Id, Guid.Empty, MostKeys, ct),
                                await secrets.EndingAsync(room.Id, now + Attention.Notice, ct),
                                days[^1],
                                now
                            )
                        )
                        .Where(item => http.Caller().May(OperationOf(item.Page))),
                ]
            )
        );
    }

    /// <summary>What the page needs where an item leads: whoever may not open it is not told its names here either (SEC-262).</summary>
    private static string OperationOf(string page) =>
        page.Split('/', '?')[0] switch
        {
            "connections" => "connections.list",
            "api-keys" => "apiKeys.list",
            "applications" => "applications.list",
            "domains" => "domains.list",
            "audit" => "audit.list",
            _ => "organizations.get",
        };

    private static async Task<IReadOnlyList<OrganizationDomain>> DomainsAsync(Database database, Organization room, CancellationToken ct)
    {
        await using var tx = await database.BeginAsync(room.Id, ct);
        return await OrganizationDomains.ListAsync(tx, ct);
    }

    private static string TitleOf(string reason) => ReasonCatalogue.Find(reason)?.Title ?? reason;
}

internal sealed record RefusalCause(string Code, string Title, int Count);

internal sealed record OverviewModel(
    ConsoleFrame Frame,
    IReadOnlyList<SignInDay> Days,
    IReadOnlyList<RefusalCause> Refusals,
    IReadOnlyList<AttentionItem> Attention
) : IConsolePage
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
