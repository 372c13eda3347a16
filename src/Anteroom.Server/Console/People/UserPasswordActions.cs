using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Passwords;

namespace Anteroom.Server.Console.People;

/// <summary>What an administrator does about a person's password: send a link that sets it, and let it count again. Nobody sees or sets one here (SEC-228).</summary>
internal static class UserPasswordActions
{
    private const string Path = "/organizations/{slug}/users/{id}";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapPost(Path + "/password-link", SendAsync).Operation("users.sendPasswordLink").WithMetadata(Sensitive.Instance);
        console.MapPost(Path + "/password-stop", LiftAsync).Operation("users.liftPasswordStop").WithMetadata(Sensitive.Instance);
    }

    private static Task<IResult> SendAsync(
        string id,
        HttpContext http,
        Database database,
        SendPasswordLink send,
        ProblemPages problems,
        CancellationToken ct
    ) =>
        DoAsync(
            id,
            http,
            database,
            problems,
            async (tx, user) =>
                (await send.HandleAsync(tx, http.Room()!, user, http.Audit(), ct)).TryGet(out _, out var refusal) ? null : refusal,
            "user.password_link_sent",
            ct
        );

    private static Task<IResult> LiftAsync(
        string id,
        HttpContext http,
        Database database,
        LiftPasswordStop lift,
        ProblemPages problems,
        CancellationToken ct
    ) => DoAsync(id, http, database, problems, (tx, user) => lift.HandleAsync(tx, user, http.Audit(), ct), "user.password_stop_lifted", ct);

    private static async Task<IResult> DoAsync(
        string id,
        HttpContext http,
        Database database,
        ProblemPages problems,
        Func<Transaction, UserId, Task<PasswordRefusal?>> act,
        string done,
        CancellationToken ct
    )
    {
        var room = http.Room()!;
        await using var tx = await database.BeginAsync(room.Id, ct);
        if (!UserId.TryParse(id, out var userId) || await UserStore.LockAsync(tx, userId, ct) is not { } user)
            return problems.NotFound();
        if (AdministerUsers.TooPowerful(user, http.Administrator()) is { } tooPowerful) // a link would be a way to their permissions
            return problems.For(tooPowerful.Code);
        var address = Navigation.Of(room, $"users/{user.Id}");
        if (await act(tx, user.Id) is { } refusal)
            return problems.For(refusal.Reason, tryAgain: address);
        await tx.CommitAsync(ct);
        return ConsolePages.Back(address, done);
    }
}
