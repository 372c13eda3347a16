using Anteroom.Protocols.Primitives;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Console.People;

/// <summary>Groups, where they come from, and who is in them.</summary>
internal static class GroupPages
{
    private const string Path = "/organizations/{slug}/groups";
    private const string Name = "name";
    private const string UserName = "userName";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(Path, ListAsync).Operation("groups.list");
        console.MapGet(Path + "/new", New).Operation("groups.create");
        console.MapPost(Path + "/new", CreateAsync).Operation("groups.create");
        console.MapGet(Path + "/{id}", ShowAsync).Operation("groups.members");
        console.MapGet(Path + "/{id}/delete", AskToDeleteAsync).Operation("groups.delete");
        console.MapPost(Path + "/{id}/delete", DeleteAsync).Operation("groups.delete");
        console.MapPost(Path + "/{id}/members", AddAsync).Operation("groups.addMember");
        console.MapPost(Path + "/{id}/members/{user}/remove", RemoveAsync).Operation("groups.removeMember");
    }

    private static async Task<IResult> ListAsync(HttpContext http, Groups groups, ConsolePages pages, CancellationToken ct)
    {
        var room = http.Room()!;
        var after = Guid.TryParse(PageQuery.Of(http).After, out var id) ? id : Guid.Empty;
        var rows = await groups.ListAsync(room.Id, after, PageQuery.Size + 1, ct);
        var (shown, next) = PageQuery.Cut(http, rows, group => group.Id.ToString("D"));
        return pages.List(
            http,
            new(
                pages.Frame(http, pages["Nav.Groups"], Navigation.Of(room, "groups")),
                pages.Columns("Name", "Source", "Created"),
                shown.Select(group =>
                    (Cell[])[new(group.Name, null, AddressOf(http, group)), new(pages["Source." + group.Source]), new(At: group.CreatedAt)]
                )
            )
            {
                Lead = pages["Groups.Lead"],
                Action = http.Caller().May("groups.create") ? new(pages["Groups.New"], Navigation.Of(room, "groups/new"), "plus") : null,
                Next = next,
                IsLater = after != Guid.Empty,
                EmptyTitle = pages["Groups.Empty"],
                EmptyText = pages["Groups.Empty.Text"],
            }
        );
    }

    private static IResult New(HttpContext http, ConsolePages pages) => pages.Form(Form(http, pages, ""));

    private static async Task<IResult> CreateAsync(HttpContext http, Groups groups, ConsolePages pages, CancellationToken ct)
    {
        var typed = await FormValues.TypedAsync(http, ct);
        var created = await groups.CreateAsync(http.Room()!.Id, typed[Name], http.Audit(), ct);
        return created.TryGet(out var group, out var refusal)
            ? ConsolePages.Back(AddressOf(http, group), "group.created")
            : pages.Form(FormFault.Of(refusal.Code, refusal.Detail, refusal.Member).On(Form(http, pages, typed[Name])));
    }

    private static FormPage Form(HttpContext http, ConsolePages pages, string name)
    {
        var list = Navigation.Of(http.Room()!, "groups");
        return new(
            pages.Frame(http, pages["Groups.New"], list, new Crumb(pages["Nav.Groups"], list)),
            [new(Name, pages["Field.Name"], name) { Required = true, Longest = Groups.LongestName }],
            pages["Groups.Create"],
            list
        );
    }

    private static Task<IResult> ShowAsync(
        string id,
        HttpContext http,
        Groups groups,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    ) => PageAsync(id, http, groups, pages, problems, "", null, ct);

    private static async Task<IResult> AskToDeleteAsync(
        string id,
        HttpContext http,
        Groups groups,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    ) => await FindAsync(http, groups, id, ct) is { } group ? pages.Form(Deletion(http, pages, group)) : problems.NotFound();

    private static async Task<IResult> DeleteAsync(
        string id,
        HttpContext http,
        Groups groups,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        if (await FindAsync(http, groups, id, ct) is not { } group)
            return problems.NotFound();
        var refusal = await groups.DeleteAsync(http.Room()!.Id, group.Id, http.Audit(), ct);
        return refusal is null ? ConsolePages.Back(Navigation.Of(http.Room()!, "groups"), "group.deleted")
            : refusal.Code == ReasonCodes.NotFound ? problems.NotFound()
            : pages.Form(FormFault.Of(refusal.Code, refusal.Detail).On(Deletion(http, pages, group)));
    }

    private static async Task<Group?> FindAsync(HttpContext http, Groups groups, string id, CancellationToken ct) =>
        Identifiers.TryParse(Groups.IdPrefix, id, out var group) ? await groups.FindAsync(http.Room()!.Id, group, ct) : null;

    private static FormPage Deletion(HttpContext http, ConsolePages pages, Group group)
    {
        var list = Navigation.Of(http.Room()!, "groups");
        return FormPage.Question(
            pages.Frame(
                http,
                pages["Groups.Delete.Title", group.Name],
                list,
                new Crumb(pages["Nav.Groups"], list),
                new Crumb(group.Name, AddressOf(http, group))
            ),
            pages["Groups.Delete.Do"],
            AddressOf(http, group),
            pages["Groups.Delete.Members"],
            pages["Groups.Delete.Applications"],
            pages["Groups.Delete.Never"]
        );
    }

    private static async Task<IResult> AddAsync(
        string id,
        HttpContext http,
        Groups groups,
        UserStore users,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        var typed = (await FormValues.TypedAsync(http, ct))[UserName];
        if (!Identifiers.TryParse(Groups.IdPrefix, id, out var group))
            return problems.NotFound();
        if (typed.Length is 0 or > 256 || await users.FindByUserNameAsync(http.Room()!.Id, typed, ct) is not { } user)
            return await PageAsync(id, http, groups, pages, problems, typed, pages["Groups.NobodyCalled", typed], ct);
        return await groups.AddMemberAsync(http.Room()!.Id, group, user.Id, http.Audit(), ct)
            ? ConsolePages.Back(Navigation.Of(http.Room()!, $"groups/{id}"), "group.member_added")
            : problems.NotFound();
    }

    private static async Task<IResult> RemoveAsync(
        string id,
        string user,
        HttpContext http,
        Groups groups,
        UserStore users,
        ProblemPages problems,
        CancellationToken ct
    ) =>
        Identifiers.TryParse(Groups.IdPrefix, id, out var group)
        && UserId.TryParse(user, out var userId)
        && await users.FindAsync(http.Room()!.Id, userId, ct) is { } member
        && await groups.RemoveMemberAsync(http.Room()!.Id, group, userId, http.Audit(), ct)
            ? ConsolePages.Back(Navigation.Of(http.Room()!, $"groups/{id}"), "group.member_removed", of: member.UserName)
            : problems.NotFound();

    private static async Task<IResult> PageAsync(
        string id,
        HttpContext http,
        Groups groups,
        ConsolePages pages,
        ProblemPages problems,
        string typed,
        string? fault,
        CancellationToken ct
    )
    {
        var room = http.Room()!;
        var after = Guid.TryParse(PageQuery.Of(http).After, out var last) ? last : Guid.Empty;
        if (
            await FindAsync(http, groups, id, ct) is not { } group
            || await groups.MembersAsync(room.Id, group.Id, after, PageQuery.Size + 1, ct) is not { } members
        )
            return problems.NotFound();
        var (shown, next) = PageQuery.Cut(http, members, member => member.UserId.ToString("D"));
        var list = Navigation.Of(room, "groups");
        return pages.Show(
            "Group",
            new GroupModel(
                pages.Frame(http, group.Name, list, new Crumb(pages["Nav.Groups"], list)),
                group,
                shown,
                next,
                AddressOf(http, group),
                typed,
                fault,
                http.Caller().May("groups.addMember"),
                http.Caller().May("groups.delete") && group.Source == "administrator"
            ),
            fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );
    }

    private static string AddressOf(HttpContext http, Group group) =>
        Navigation.Of(http.Room()!, $"groups/{Identifiers.Format(Groups.IdPrefix, group.Id)}");
}

/// <param name="Typed">The name of whoever shall come in; it comes back with the fault.</param>
internal sealed record GroupModel(
    ConsoleFrame Frame,
    Group Group,
    IReadOnlyList<GroupMember> Members,
    string? Next,
    string Address,
    string Typed,
    string? Fault,
    bool MayChange,
    bool MayDelete
) : IConsolePage;
