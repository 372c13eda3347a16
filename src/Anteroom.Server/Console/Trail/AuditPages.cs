using System.Globalization;
using Anteroom.Server.Audit;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Console.Trail;

/// <summary>The audit trail, newest first: who did what to whom, with what result; each event explained beside the list.</summary>
internal static class AuditPages
{
    /// <summary>Beginnings of actions, for the filter.</summary>
    private static readonly string[] Kinds =
    [
        "sign_in.",
        "session.",
        "user.",
        "passkey.",
        "password.",
        "group.",
        "role.",
        "domain.",
        "connection.",
        "application.",
        "api_key.",
        "console.",
        "organization.",
        "mail.",
    ];

    public static void Map(RouteGroupBuilder console) => console.MapGet("/organizations/{slug}/audit", ListAsync).Operation("audit.list");

    private static async Task<IResult> ListAsync(HttpContext http, AuditReader trail, ConsolePages pages, CancellationToken ct)
    {
        var (room, asked) = (http.Room()!, AuditQuery.Of(http));
        var after = long.TryParse(PageQuery.Of(http).After, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : (long?)null;
        var rows = await trail.ListAsync(room.Id, asked.Filter with { After = after, Limit = PageQuery.Size + 1 }, ct);
        var (shown, next) = PageQuery.Cut(http, rows, item => Number(item.Id));
        return pages.List(
            http,
            new(
                pages.Frame(http, pages["Nav.Audit"], Navigation.Of(room, "audit")),
                pages.Columns("When", "Who", "What", "Whom", "Result"),
                [
                    .. shown.Select(item => new Row(
                        [
                            new(At: item.At, Detail: item.Network),
                            new(item.ActorName ?? pages["Actor." + item.ActorKind]),
                            new(pages.Words("Action.", item.Action), item.Action),
                            new(
                                item.TargetName ?? TargetKind(pages, item),
                                item.TargetName is null ? null : TargetKind(pages, item),
                                AddressOf(room, item)
                            ),
                            ResultOf(item, pages),
                        ],
                        PageQuery.AddressWith(http, PageQuery.OpenParameter, Number(item.Id))
                    )),
                ]
            )
            {
                Lead = pages["Audit.Lead"],
                Filters =
                [
                    new(
                        AuditQuery.Action,
                        pages["Audit.Action"],
                        asked.Filter.Action ?? "",
                        [
                            ("", pages["Audit.AllActions"]),
                            .. Kinds.Select(kind => (kind, pages["Audit.Kind." + kind])),
                            .. AuditActions
                                .All.Select(action => (action, pages.Words("Action.", action)))
                                .OrderBy(pair => pair.Item2, StringComparer.CurrentCulture),
                        ]
                    ),
                    new(AuditQuery.From, pages["Audit.From"], asked.FromText) { IsDate = true },
                    new(AuditQuery.Until, pages["Audit.Until"], asked.UntilText) { IsDate = true },
                    .. asked.UserText.Length == 0 ? (IReadOnlyList<Filter>)[] : [new(AuditQuery.User, pages["Audit.User"], asked.UserText)],
                ],
                Others = http.Caller().May("audit.list")
                    ?
                    [
                        new(
                            pages["Audit.Export"],
                            PageQuery
                                .AddressWith(http, PageQuery.OpenParameter, null)
                                .Replace("/audit", "/audit/export", StringComparison.Ordinal),
                            "download"
                        ),
                    ]
                    : [],
                Next = next,
                IsLater = after is not null,
                EmptyTitle = pages["Audit.Empty"],
                EmptyText = pages["Audit.Empty.Text"],
                Beside = await BesideAsync(http, trail, pages, room, ct),
            }
        );
    }

    private static async Task<Beside?> BesideAsync(
        HttpContext http,
        AuditReader trail,
        ConsolePages pages,
        Organization room,
        CancellationToken ct
    )
    {
        if (
            !long.TryParse(http.Request.Query[PageQuery.OpenParameter], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || await trail.FindAsync(room.Id, number, ct) is not { } item
        )
            return null;
        var reason = item.Reason is { } code ? ReasonCatalogue.Find(code) : null;
        List<(string, Cell)> facts =
        [
            (pages["Column.When"], new(At: item.At)),
            (pages["Column.Who"], new(item.ActorName ?? pages["Actor." + item.ActorKind])),
            (pages["Column.Result"], ResultOf(item, pages)),
            (pages["Audit.Network"], new(item.Network ?? "–")),
            (pages["User.Quote"], new(item.CorrelationId ?? "–")),
            (pages["Audit.Number"], new(Number(item.Id))),
        ];
        if (item.TargetKind is not null)
            facts.Insert(2, (pages["Column.Whom"], new(item.TargetName ?? TargetKind(pages, item), null, AddressOf(room, item))));
        facts.AddRange(AuditDetail.Of(item.Details).Select(detail => (detail.Name, new Cell(detail.Value))));
        return new(pages.Words("Action.", item.Action), facts)
        {
            Words =
                reason is null || item.Result == "success"
                    ? []
                    :
                    [
                        reason.Happened + " " + reason.Means,
                        .. reason.Administrator is { } cure ? [pages["User.Cure"] + " " + cure] : (string[])[],
                    ],
            Links =
                item.ActorKind == "user" && item.ActorId is { } actor && item.ActorName is not null
                    ? [(pages["Audit.MoreOf"], $"{Navigation.Of(room, "audit")}?{AuditQuery.User}={new UserId(actor)}")]
                    : [],
            Close = PageQuery.AddressWith(http, PageQuery.OpenParameter, null),
        };
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? TargetKind(ConsolePages pages, AuditItem item) =>
        item.TargetKind is { } kind ? pages.Words("Target.", kind) : null;

    private static string? AddressOf(Organization room, AuditItem item) =>
        item is { TargetKind: "user", TargetId: { } id, TargetName: not null } ? Navigation.Of(room, $"users/{new UserId(id)}") : null;

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
