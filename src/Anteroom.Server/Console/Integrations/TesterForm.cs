using Anteroom.Server.Connections;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Console.Integrations;

/// <summary>Who may come in by a connection that is in test. People are typed by user name or object id, and kept by id.</summary>
internal static class TesterForm
{
    private const string Path = ConnectionPages.Path + "/{id}/testers";
    private const string Testers = "testers";
    private const int Longest = 8192;

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(Path, ShowAsync).Operation("connections.update");
        console.MapPost(Path, ChangeAsync).Operation("connections.update");
    }

    private static async Task<IResult> ShowAsync(
        string id,
        HttpContext http,
        ConnectionStore connections,
        UserStore users,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    ) =>
        await ConnectionPages.FindAsync(http, connections, id, ct) is { } connection
            ? pages.Form(Form(http, pages, connection, await ToldAsync(connection, users, ct)))
            : problems.NotFound();

    private static async Task<IResult> ChangeAsync(
        string id,
        HttpContext http,
        SaveConnection save,
        ConnectionStore connections,
        UserStore users,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        var told = "";
        return await pages.EditAsync(
                http,
                ReadAsync,
                (connection, typed) => Form(http, pages, connection, typed?[Testers] ?? told),
                SaveAsync,
                ct
            ) ?? problems.NotFound();

        async Task<Connection?> ReadAsync()
        {
            var connection = await ConnectionPages.FindAsync(http, connections, id, ct);
            told = connection is null ? "" : await ToldAsync(connection, users, ct);
            return connection;
        }

        async Task<IResult?> SaveAsync(Connection connection, Edit edit)
        {
            List<string> testers = [];
            var lines = edit.Typed.Lines(Testers);
            if (lines.Count > Connections.Testers.Most) // before anybody is looked for
                return pages.Form(new FormFault(Testers, pages["Testers.TooMany", Connections.Testers.Most]).On(edit.Page));
            foreach (var line in lines)
            {
                if (await IdOfAsync(connection, users, line, ct) is not { } tester)
                    return pages.Form(new FormFault(Testers, pages["Testers.Unknown", line]).On(edit.Page));
                testers.Add(tester);
            }
            var changed = await save.ChangeAsync(
                connection.Organization,
                connection.Id,
                connection.Version,
                current => ConnectionDraft.Of(current, current.Settings with { Testers = testers }),
                http.Audit(),
                ct
            );
            return changed.TryGet(out _, out var refusal)
                ? ConsolePages.Back(ConnectionPages.AddressOf(http, connection) + "/try", "connection.testers")
                : pages.Refused(edit, refusal.Code, refusal.Detail, Testers);
        }
    }

    private static async Task<string?> IdOfAsync(Connection connection, UserStore users, string typed, CancellationToken ct) =>
        Connections.Testers.Normalize(typed) ?? (await users.FindByUserNameAsync(connection.Organization, typed, ct))?.Id.ToString();

    /// <summary>One on a line: users by their names, everybody else by object id.</summary>
    private static async Task<string> ToldAsync(Connection connection, UserStore users, CancellationToken ct)
    {
        List<string> lines = [];
        foreach (var tester in connection.Settings.Testers)
            lines.Add(
                UserId.TryParse(tester, out var id) && await users.FindAsync(connection.Organization, id, ct) is { } user
                    ? user.UserName
                    : tester
            );
        return string.Join('\n', lines);
    }

    private static FormPage Form(HttpContext http, ConsolePages pages, Connection connection, string value) =>
        new(
            ConnectionPages.FrameOf(http, pages, connection, pages["Testers.Title"]),
            [
                new(Testers, pages["Testers.Title"], value)
                {
                    Kind = FieldKind.Area,
                    Longest = Longest,
                    Verbatim = true,
                    Help = pages["Testers.Help"],
                },
            ],
            pages["Save"],
            ConnectionPages.AddressOf(http, connection) + "/try"
        )
        {
            Lead = pages["Testers.Lead"],
            IsEdit = true,
        };
}
