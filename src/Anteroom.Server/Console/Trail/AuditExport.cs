using System.Globalization;
using System.Text;
using System.Text.Json;
using Anteroom.Server.Audit;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Console.Trail;

/// <summary>The trail as a file: written page by page while it is read, so that its length costs no memory. The trail tells of it first (SEC-265, SEC-324).</summary>
internal static class AuditExport
{
    private const string Path = "/organizations/{slug}/audit/export";
    private const string Format = "format";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(Path, Ask).Operation("audit.list");
        console.MapPost(Path, ExportAsync).Operation("audit.list");
    }

    private static IResult Ask(HttpContext http, ConsolePages pages) => pages.Form(Form(http, pages));

    private static async Task<IResult> ExportAsync(
        HttpContext http,
        Database database,
        AuditTrail audit,
        AuditReader trail,
        ConsolePages pages,
        CancellationToken ct
    )
    {
        var room = http.Room()!;
        if (pages.AskForProof(http, Form(http, pages)) is { } proof)
            return proof;
        var format = (await FormValues.TypedAsync(http, ct))[Format] == "json" ? "json" : "csv";
        var asked = AuditQuery.Of(http).Filter;
        await using (var tx = await database.BeginAsync(room.Id, ct))
        {
            var entry = new AuditEntry("audit.exported", AuditResult.Success, null, "organization", room.Id.Value, room.Name)
            {
                Details = new Dictionary<string, object?>
                {
                    ["format"] = format,
                    ["action"] = asked.Action,
                    ["user"] = asked.User is { } user ? new UserId(user).ToString() : null,
                    ["from"] = asked.From,
                    ["until"] = asked.Until,
                },
            };
            await audit.RecordAsync(tx, http.Audit(), entry, ct);
            await tx.CommitAsync(ct);
        }
        return new Download(room, trail, asked, format);
    }

    private static FormPage Form(HttpContext http, ConsolePages pages)
    {
        var room = http.Room()!;
        var list = Navigation.Of(room, "audit");
        return new(
            pages.Frame(http, pages["Audit.ExportTitle"], list, new Crumb(pages["Nav.Audit"], list)),
            [
                new Field(Format, pages["Audit.Format"], "csv")
                {
                    Kind = FieldKind.Choice,
                    Options = [("csv", pages["Audit.Csv"]), ("json", pages["Audit.Json"])],
                },
            ],
            pages["Audit.ExportDo"],
            list
        )
        {
            Lead = pages["Audit.ExportLead"],
        };
    }

    private sealed class Download(Organization room, AuditReader trail, AuditFilter asked, string format) : IResult
    {
        private static readonly string[] Header =
        [
            "number",
            "at",
            "recorded_at",
            "actor_kind",
            "actor_id",
            "actor",
            "action",
            "target_kind",
            "target_id",
            "target",
            "result",
            "reason",
            "network",
            "correlation_id",
            "details",
        ];

        public async Task ExecuteAsync(HttpContext http)
        {
            var ct = http.RequestAborted;
            http.Response.ContentType = format == "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson";
            http.Response.Headers.ContentDisposition = $"attachment; filename=\"audit-{room.Slug}.{(format == "csv" ? "csv" : "jsonl")}\"";
            http.Response.Headers.CacheControl = "no-store";
            await using var writer = new StreamWriter(http.Response.Body, new UTF8Encoding(false), leaveOpen: true);
            if (format == "csv")
                await writer.WriteAsync(Line(Header));
            var filter = asked with { Limit = AuditReader.MaxLimit - 1, IsAscending = true };
            while (await trail.ListAsync(room.Id, filter, ct) is { Count: > 0 } rows)
            {
                foreach (var row in rows)
                    await writer.WriteAsync(
                        format == "csv" ? Line(Cells(row)) : JsonSerializer.Serialize(row, JsonSerializerOptions.Web) + "\n"
                    );
                await writer.FlushAsync(ct);
                filter = filter with { After = rows[^1].Id };
            }
        }

        private static string?[] Cells(AuditItem row) =>
            [
                row.Id.ToString(CultureInfo.InvariantCulture),
                Time(row.At),
                Time(row.RecordedAt),
                row.ActorKind,
                row.ActorId?.ToString(),
                row.ActorName,
                row.Action,
                row.TargetKind,
                row.TargetId?.ToString(),
                row.TargetName,
                row.Result,
                row.Reason,
                row.Network,
                row.CorrelationId,
                row.Details.GetRawText(),
            ];

        private static string Line(IEnumerable<string?> cells) => string.Join(',', cells.Select(SpreadsheetCell.Of)) + "\r\n";

        private static string Time(DateTimeOffset at) =>
            at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }
}
