using Anteroom.Protocols.Primitives;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.Console.Administering;

/// <summary>What an administrator does to one person: deactivate, let in again, end their sessions. Each is asked back with its consequence first.</summary>
internal static class UserActions
{
    private const string Path = "/organizations/{slug}/users/{id}";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(Path + "/deactivate", AskAsync).Operation("users.deactivate");
        console.MapPost(Path + "/deactivate", DeactivateAsync).Operation("users.deactivate");
        console.MapPost(Path + "/activate", ActivateAsync).Operation("users.activate");
        console.MapPost(Path + "/end-sessions", EndSessionsAsync).Operation("users.deactivate");
    }

    private static async Task<IResult> AskAsync(
        string id,
        HttpContext http,
        UserStore users,
        UserSessions sessions,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        var room = http.Room()!;
        if (!UserId.TryParse(id, out var userId) || await users.FindAsync(room.Id, userId, ct) is not { } user)
            return problems.NotFound();
        return Confirm(http, pages, user, (await sessions.ListAsync(room.Id, userId, ct)).Count, null);
    }

    private static async Task<IResult> DeactivateAsync(
        string id,
        HttpContext http,
        Database database,
        Blocks blocks,
        ConsolePages pages,
        ProblemPages problems,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var reason = (await http.Request.ReadFormAsync(ct))["reason"].ToString().Trim();
        return await ChangeAsync(
            id,
            http,
            database,
            problems,
            (tx, user) =>
                blocks.BlockAsync(
                    tx,
                    user.Id,
                    BlockSource.Administrator,
                    Channels.All,
                    reason.Length > 0 ? reason : null,
                    http.Audit(),
                    clock.GetUtcNow(),
                    ct
                ),
            (user, refusal) => Confirm(http, pages, user, 0, refusal.Detail ?? ReasonCatalogue.Get(refusal.Code).Happened),
            "user.deactivated",
            ct
        );
    }

    private static Task<IResult> ActivateAsync(
        string id,
        HttpContext http,
        Database database,
        Blocks blocks,
        ProblemPages problems,
        TimeProvider clock,
        CancellationToken ct
    ) =>
        ChangeAsync(
            id,
            http,
            database,
            problems,
            (tx, user) => blocks.LiftAsync(tx, user.Id, BlockSource.Administrator, http.Audit(), clock.GetUtcNow(), ct),
            (_, refusal) => problems.For(refusal.Code),
            "user.activated",
            ct
        );

    private static async Task<IResult> EndSessionsAsync(
        string id,
        HttpContext http,
        UserStore users,
        UserSessions sessions,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        var room = http.Room()!;
        if (!UserId.TryParse(id, out var userId) || await users.FindAsync(room.Id, userId, ct) is not { } user)
            return problems.NotFound();
        if (!http.Caller().Holds(user.Role.Permissions))
            return problems.For(ReasonCodes.Forbidden);
        await sessions.EndAllAsync(room.Id, userId, http.Audit(), ct);
        return ConsolePages.Back(Navigation.Of(room, $"users/{user.Id}"), "user.sessions_ended");
    }

    private static async Task<IResult> ChangeAsync(
        string id,
        HttpContext http,
        Database database,
        ProblemPages problems,
        Func<Transaction, User, Task<Result<User, ProvisioningRefusal>>> change,
        Func<User, ProvisioningRefusal, IResult> refused,
        string done,
        CancellationToken ct
    )
    {
        var room = http.Room()!;
        await using var tx = await database.BeginAsync(room.Id, ct);
        if (!UserId.TryParse(id, out var userId) || await UserStore.LockAsync(tx, userId, ct) is not { } user)
            return problems.NotFound();
        if (!http.Caller().Holds(user.Role.Permissions)) // who may not give a role may not take it away either (SEC-263)
            return problems.For(ReasonCodes.Forbidden);
        if (!(await change(tx, user)).TryGet(out _, out var refusal))
            return refused(user, refusal);
        await tx.CommitAsync(ct);
        return ConsolePages.Back(Navigation.Of(room, $"users/{user.Id}"), done);
    }

    private static IResult Confirm(HttpContext http, ConsolePages pages, User user, int sessions, string? fault)
    {
        var room = http.Room()!;
        return pages.Show(
            "Deactivate",
            new DeactivatePage(
                pages.Frame(
                    http,
                    pages["Deactivate.Title", user.DisplayName ?? user.UserName],
                    Navigation.Of(room, "users"),
                    UserPages.UsersCrumb(room, pages),
                    new Crumb(user.DisplayName ?? user.UserName, Navigation.Of(room, $"users/{user.Id}"))
                ),
                user,
                sessions,
                Navigation.Of(room, $"users/{user.Id}"),
                fault
            ),
            fault is null ? StatusCodes.Status200OK : StatusCodes.Status409Conflict
        );
    }
}

/// <param name="Sessions">How many sessions it ends.</param>
/// <param name="Address">The person's page.</param>
internal sealed record DeactivatePage(ConsoleFrame Frame, User User, int Sessions, string Address, string? Fault) : IConsolePage;
