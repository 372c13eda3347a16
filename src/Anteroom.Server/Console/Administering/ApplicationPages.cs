using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Federation.Applications;
using ApplicationId = Anteroom.Server.Federation.ApplicationId;

namespace Anteroom.Server.Console.Administering;

/// <summary>Applications that people of the organization sign in to.</summary>
internal static class ApplicationPages
{
    public static void Map(RouteGroupBuilder console) =>
        console.MapGet("/organizations/{slug}/applications", ListAsync).Operation("applications.list");

    private static async Task<IResult> ListAsync(HttpContext http, ApplicationStore applications, ConsolePages pages, CancellationToken ct)
    {
        var room = http.Room()!;
        var after = ApplicationId.TryParse(PageQuery.Of(http).After, out var id) ? id : (ApplicationId?)null;
        var rows = await applications.ListAsync(room.Id, after, PageQuery.Size + 1, ct);
        var (shown, next) = PageQuery.Cut(http, rows, application => application.Id.ToString());
        return pages.List(
            new(
                pages.Frame(http, pages["Nav.Applications"], Navigation.Of(room, "applications")),
                [pages["Column.Name"], pages["Column.Kind"], pages["Column.State"], pages["Column.Created"]],
                [
                    .. shown.Select(application =>
                        (Cell[])
                            [
                                new(application.Name, application.ClientId),
                                new(pages["ClientKind." + application.Kind], application.RedirectUris is [var first, ..] ? first : null),
                                application.DisabledAt is null
                                    ? new(pages["State.Active"], State: Tone.Good)
                                    : new(pages["State.Disabled"], State: Tone.Bad),
                                new(At: application.CreatedAt),
                            ]
                    ),
                ]
            )
            {
                Lead = pages[room.IsPlatform ? "Applications.PlatformLead" : "Applications.Lead"],
                Next = next,
                IsLater = after is not null,
                EmptyTitle = pages["Applications.Empty"],
                EmptyText = pages["Applications.Empty.Text"],
            }
        );
    }
}
