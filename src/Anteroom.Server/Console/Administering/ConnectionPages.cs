using Anteroom.Server.Connections;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;

namespace Anteroom.Server.Console.Administering;

/// <summary>Connections to the providers of an organization and where each is in its life.</summary>
internal static class ConnectionPages
{
    public static void Map(RouteGroupBuilder console) =>
        console.MapGet("/organizations/{slug}/connections", ListAsync).Operation("connections.list");

    private static async Task<IResult> ListAsync(HttpContext http, ConnectionStore connections, ConsolePages pages, CancellationToken ct)
    {
        var room = http.Room()!;
        var all = await connections.ListAsync(room.Id, ct);
        return pages.List(
            new(
                pages.Frame(http, pages["Nav.Connections"], Navigation.Of(room, "connections")),
                [pages["Column.Name"], pages["Column.Provider"], pages["Column.State"], pages["Column.Secret"], pages["Column.Created"]],
                [
                    .. all.Select(connection =>
                        (Cell[])
                            [
                                new(connection.Name, connection.Id.ToString()),
                                new(pages["Provider." + connection.Kind], connection.Settings.TenantId?.ToString()),
                                StateOf(connection.State, pages),
                                connection.SecretLast4 is { } last ? new($"…{last}") : new(pages["Connections.NoSecret"]),
                                new(At: connection.CreatedAt),
                            ]
                    ),
                ]
            )
            {
                Lead = pages["Connections.Lead"],
                EmptyTitle = pages["Connections.Empty"],
                EmptyText = pages["Connections.Empty.Text"],
            }
        );
    }

    private static Cell StateOf(ConnectionState state, ConsolePages pages) =>
        new(
            pages["Connection." + state],
            State: state switch
            {
                ConnectionState.Active => Tone.Good,
                ConnectionState.Disabled => Tone.Bad,
                ConnectionState.Draft => Tone.Neutral,
                _ => Tone.Warning,
            }
        );
}
