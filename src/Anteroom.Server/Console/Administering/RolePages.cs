using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Console.Administering;

/// <summary>Roles: what each may do and where it may come in.</summary>
internal static class RolePages
{
    public static void Map(RouteGroupBuilder console) => console.MapGet("/organizations/{slug}/roles", ListAsync).Operation("roles.list");

    private static async Task<IResult> ListAsync(HttpContext http, Database database, ConsolePages pages, CancellationToken ct)
    {
        var room = http.Room()!;
        await using var tx = await database.BeginAsync(room.Id, ct);
        var roles = await RoleStore.ListAsync(tx, ct);
        return pages.List(
            new(
                pages.Frame(http, pages["Nav.Roles"], Navigation.Of(room, "roles")),
                [pages["Column.Name"], pages["Column.Permissions"], pages["Column.Channels"]],
                [
                    .. roles.Select(role =>
                        (Cell[])
                            [
                                new(role.Name, role.BuiltIn ? pages["Roles.BuiltIn"] : role.Key),
                                role.IsAdministrative
                                    ? new(pages["Roles.Permissions", role.Permissions.Count], string.Join(", ", role.Permissions))
                                    : new(pages["Roles.NoPermissions"]),
                                new(string.Join(", ", role.Channels.Select(channel => pages["Channel." + channel]))),
                            ]
                    ),
                ]
            )
            {
                Lead = pages["Roles.Lead"],
            }
        );
    }
}
