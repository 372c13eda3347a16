using System.Globalization;
using Anteroom.Server.Audit;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Console.Administering;

/// <summary>The audit trail, newest first: who did what to whom, with what result.</summary>
internal static class AuditPages
{
    public static void Map(RouteGroupBuilder console) => console.MapGet("/organizations/{slug}/audit", ListAsync).Operation("audit.list");

    private static async Task<IResult> ListAsync(HttpContext http, AuditReader trail, ConsolePages pages, CancellationToken ct)
    {
        var room = http.Room()!;
        var action = http.Request.Query["action"].ToString();
        var user = UserId.TryParse(http.Request.Query["user"], out var id) ? id : (UserId?)null;
        var after = long.TryParse(PageQuery.Of(http).After, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : (long?)null;
        var page = await trail.PageAsync(
            room.Id,
            new(after, action.Length is > 0 and <= 100 ? action : null, user?.Value, PageQuery.Size + 1),
            ct
        );
        var (shown, next) = PageQuery.Cut(http, page.Items, item => item.Id.ToString(CultureInfo.InvariantCulture));
        return pages.List(
            new(
                pages.Frame(http, pages["Nav.Audit"], Navigation.Of(room, "audit")),
                [pages["Column.When"], pages["Column.Who"], pages["Column.What"], pages["Column.Whom"], pages["Column.Result"]],
                [
                    .. shown.Select(item =>
                        (Cell[])
                            [
                                new(At: item.At, Detail: item.Network),
                                new(item.ActorName ?? pages["Actor." + item.ActorKind]),
                                new(pages.Words("Action.", item.Action), item.Action),
                                new(item.TargetName, item.TargetKind, AddressOf(room, item)),
                                ResultOf(item, pages),
                            ]
                    ),
                ]
            )
            {
                Lead = pages["Audit.Lead"],
                Filters =
                [
                    new(
                        "action",
                        pages["Audit.Action"],
                        action,
                        [("", pages["Audit.AllActions"]), .. Kinds.Select(kind => (kind, pages["Audit.Kind." + kind]))]
                    ),
                ],
                Next = next,
                IsLater = after is not null,
                EmptyTitle = pages["Audit.Empty"],
                EmptyText = pages["Audit.Empty.Text"],
            }
        );
    }

    /// <summary>Beginnings of actions, for the filter.</summary>
    private static readonly string[] Kinds =
    [
        "sign_in.",
        "session.",
        "user.",
        "group.",
        "connection.",
        "application.",
        "api_key.",
        "console.",
        "organization.",
    ];

    private static string? AddressOf(Organization room, AuditItem item) =>
        item is { TargetKind: "user", TargetId: { } id } ? Navigation.Of(room, $"users/{new UserId(id)}") : null;

    private static Cell ResultOf(AuditItem item, ConsolePages pages) =>
        item.Result switch
        {
            "success" => new(pages["Result.Success"], State: Tone.Good),
            "refused" => new(
                pages["Result.Refused"],
                item.Reason is { } reason ? ReasonCatalogue.Find(reason)?.Title ?? reason : null,
                State: Tone.Warning
            ),
            _ => new(pages["Result.Failed"], item.Reason, State: Tone.Bad),
        };
}
