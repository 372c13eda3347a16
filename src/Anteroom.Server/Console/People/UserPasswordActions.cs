using Anteroom.Server.Console.Access;
using Anteroom.Server.Platform.Database;
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
        HeldUser.ChangeAsync(
            id,
            http,
            database,
            problems,
            async (tx, user) =>
                (await send.HandleAsync(tx, http.Room()!, user.Id, http.Audit(), ct)).TryGet(out _, out var refusal)
                    ? null
                    : refusal.Reason,
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
    ) =>
        HeldUser.ChangeAsync(
            id,
            http,
            database,
            problems,
            async (tx, user) => (await lift.HandleAsync(tx, user.Id, http.Audit(), ct))?.Reason,
            "user.password_stop_lifted",
            ct
        );
}
