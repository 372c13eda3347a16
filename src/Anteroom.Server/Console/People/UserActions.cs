using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.Console.People;

/// <summary>What an administrator does to one person: deactivate, let in again, end their sessions, delete. What cannot be seen at once is asked back with its consequence.</summary>
internal static class UserActions
{
    private const string Path = "/organizations/{slug}/users/{id}";
    private const string Reason = "reason";
    private const string Typed = "confirm";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(Path + "/deactivate", AskToDeactivateAsync).Operation("users.deactivate");
        console.MapPost(Path + "/deactivate", DeactivateAsync).Operation("users.deactivate");
        console.MapPost(Path + "/activate", ActivateAsync).Operation("users.activate");
        console.MapPost(Path + "/end-sessions", EndSessionsAsync).Operation("users.deactivate");
        console.MapGet(Path + "/delete", AskToDeleteAsync).Operation("users.delete");
        console.MapPost(Path + "/delete", DeleteAsync).Operation("users.delete");
    }

    private static async Task<IResult> AskToDeactivateAsync(
        string id,
        HttpContext http,
        UserStore users,
        UserSessions sessions,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    ) =>
        await FindAsync(http, users, id, ct) is { } user
            ? pages.Form(Deactivation(http, pages, user, (await sessions.ListAsync(user.Organization, user.Id, ct)).Count))
            : problems.NotFound();

    private static async Task<IResult> DeactivateAsync(
        string id,
        HttpContext http,
        AdministerUsers administer,
        UserStore users,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        if (await FindAsync(http, users, id, ct) is not { } user)
            return problems.NotFound();
        var reason = (await FormValues.TypedAsync(http, ct)).OrNull(Reason);
        var blocked = await administer.DeactivateAsync(user.Organization, user.Id, Channels.All, reason, http.Administrator(), ct);
        return blocked.TryGet(out _, out var refusal)
            ? ConsolePages.Back(AddressOf(http, user), "user.deactivated")
            : Refused(pages, problems, refusal, Deactivation(http, pages, user, 0));
    }

    private static async Task<IResult> ActivateAsync(
        string id,
        HttpContext http,
        AdministerUsers administer,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        if (!UserId.TryParse(id, out var userId))
            return problems.NotFound();
        var lifted = await administer.ActivateAsync(http.Room()!.Id, userId, http.Administrator(), ct);
        return lifted.TryGet(out var user, out var refusal)
            ? ConsolePages.Back(AddressOf(http, user), "user.activated")
            : problems.For(refusal.Code);
    }

    private static async Task<IResult> EndSessionsAsync(
        string id,
        HttpContext http,
        UserStore users,
        UserSessions sessions,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        if (await FindAsync(http, users, id, ct) is not { } user)
            return problems.NotFound();
        if (!http.Administrator().Holds(user.Role.Permissions))
            return problems.For(ReasonCodes.Forbidden);
        await sessions.EndAllAsync(user.Organization, user.Id, http.Audit(), ct);
        return ConsolePages.Back(AddressOf(http, user), "user.sessions_ended");
    }

    private static async Task<IResult> AskToDeleteAsync(
        string id,
        HttpContext http,
        UserStore users,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    ) => await FindAsync(http, users, id, ct) is { } user ? pages.Form(Deletion(http, pages, user, "")) : problems.NotFound();

    private static async Task<IResult> DeleteAsync(
        string id,
        HttpContext http,
        AdministerUsers administer,
        UserStore users,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        if (await FindAsync(http, users, id, ct) is not { } user)
            return problems.NotFound();
        var typed = (await FormValues.TypedAsync(http, ct))[Typed];
        var page = Deletion(http, pages, user, typed);
        if (UserNames.Fold(typed) != UserNames.Fold(user.UserName))
            return pages.Form(new FormFault(Typed, pages["Delete.TypedFault", user.UserName]).On(page));
        if (pages.AskForProof(http, page) is { } proof)
            return proof;
        return await administer.DeleteAsync(user.Organization, user.Id, http.Administrator(), ct) is { } refusal
            ? Refused(pages, problems, refusal, page)
            : ConsolePages.Back(Navigation.Of(http.Room()!, "users"), "user.deleted");
    }

    private static async Task<User?> FindAsync(HttpContext http, UserStore users, string id, CancellationToken ct) =>
        UserId.TryParse(id, out var userId) ? await users.FindAsync(http.Room()!.Id, userId, ct) : null;

    private static string AddressOf(HttpContext http, User user) => Navigation.Of(http.Room()!, $"users/{user.Id}");

    private static IResult Refused(ConsolePages pages, ProblemPages problems, ProvisioningRefusal refusal, FormPage page) =>
        refusal.Code is ReasonCodes.Forbidden or ReasonCodes.NotFound
            ? problems.For(refusal.Code)
            : pages.Form(FormFault.Of(refusal.Code, refusal.Detail).On(page));

    private static FormPage Deactivation(HttpContext http, ConsolePages pages, User user, int sessions) =>
        Question(
            http,
            pages,
            user,
            "Deactivate",
            [new Field(Reason, pages["Deactivate.Reason"], "") { Help = pages["Deactivate.Reason.Help"], Longest = 200 }]
        ) with
        {
            Consequences = [pages["Deactivate.Sessions", sessions], pages["Deactivate.Tokens"], pages["Deactivate.Kept"]],
        };

    private static FormPage Deletion(HttpContext http, ConsolePages pages, User user, string typed) =>
        Question(
            http,
            pages,
            user,
            "Delete",
            [new Field(Typed, pages["Delete.Type", user.UserName], typed) { Required = true, Verbatim = true }]
        ) with
        {
            Consequences = [pages["Delete.Access"], pages["Delete.Gone"], pages["Delete.Never"]],
        };

    /// <param name="words">Beginning of the texts' keys.</param>
    private static FormPage Question(HttpContext http, ConsolePages pages, User user, string words, IReadOnlyList<Field> fields)
    {
        var (room, name) = (http.Room()!, user.DisplayName ?? user.UserName);
        return new(
            pages.Frame(
                http,
                pages[words + ".Title", name],
                Navigation.Of(room, "users"),
                UserPages.UsersCrumb(room, pages),
                new Crumb(name, AddressOf(http, user))
            ),
            fields,
            pages[words + ".Do"],
            AddressOf(http, user)
        )
        {
            Lead = pages[words + ".Words", name],
            IsDangerous = true,
        };
    }
}
