using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Console.People;

/// <summary>Something that an administrator does to one person in one transaction: only to somebody who is no stronger (SEC-263).</summary>
internal static class HeldUser
{
    /// <param name="act">Does it to the person, whom the transaction holds; the reason where it refuses, else null.</param>
    /// <param name="done">What the person's page says afterwards.</param>
    public static async Task<IResult> ChangeAsync(
        string id,
        HttpContext http,
        Database database,
        ProblemPages problems,
        Func<Transaction, User, Task<string?>> act,
        string done,
        CancellationToken ct
    )
    {
        var room = http.Room()!;
        await using var tx = await database.BeginAsync(room.Id, ct);
        if (!UserId.TryParse(id, out var userId) || await UserStore.LockAsync(tx, userId, ct) is not { } user)
            return problems.NotFound();
        if (AdministerUsers.TooPowerful(user, http.Administrator()) is { } tooPowerful) // what lets its holder in would be a way to their permissions
            return problems.For(tooPowerful.Code);
        var address = Navigation.Of(room, $"users/{user.Id}");
        if (await act(tx, user) is { } refusal)
            return problems.For(refusal, tryAgain: address);
        await tx.CommitAsync(ct);
        return ConsolePages.Back(address, done);
    }
}
