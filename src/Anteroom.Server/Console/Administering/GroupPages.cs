using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Provisioning;

namespace Anteroom.Server.Console.Administering;

/// <summary>Groups and where they come from.</summary>
internal static class GroupPages
{
    public static void Map(RouteGroupBuilder console) => console.MapGet("/organizations/{slug}/groups", ListAsync).Operation("groups.list");

    private static async Task<IResult> ListAsync(HttpContext http, Groups groups, ConsolePages pages, CancellationToken ct)
    {
        var room = http.Room()!;
        var after = Guid.TryParse(PageQuery.Of(http).After, out var id) ? id : Guid.Empty;
        var (shown, next) = PageQuery.Cut(
            http,
            await groups.ListAsync(room.Id, after, PageQuery.Size + 1, ct),
            group => group.Id.ToString("D")
        );
        return pages.List(
            new(
                pages.Frame(http, pages["Nav.Groups"], Navigation.Of(room, "groups")),
                [pages["Column.Name"], pages["Column.Source"], pages["Column.Created"]],
                [.. shown.Select(group => (Cell[])[new(group.Name), new(pages["Source." + group.Source]), new(At: group.CreatedAt)])]
            )
            {
                Lead = pages["Groups.Lead"],
                Next = next,
                IsLater = after != Guid.Empty,
                EmptyTitle = pages["Groups.Empty"],
                EmptyText = pages["Groups.Empty.Text"],
            }
        );
    }
}
