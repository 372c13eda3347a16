using Anteroom.Server.Console.Access;
using Anteroom.Server.Credentials.Passkeys;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Passkeys;

namespace Anteroom.Server.Console.People;

/// <summary>What an administrator does about a lost passkey: takes it away, so that its owner can sign in otherwise and add another.</summary>
internal static class UserPasskeyActions
{
    public static void Map(RouteGroupBuilder console) =>
        console
            .MapPost("/organizations/{slug}/users/{id}/passkeys/{passkey}/remove", RemoveAsync)
            .Operation("users.removePasskey")
            .WithMetadata(Sensitive.Instance);

    private static async Task<IResult> RemoveAsync(
        string id,
        string passkey,
        HttpContext http,
        Database database,
        RevokePasskey revoke,
        ProblemPages problems,
        CancellationToken ct
    ) =>
        PasskeyId.TryParse(passkey, out var passkeyId)
            ? await HeldUser.ChangeAsync(
                id,
                http,
                database,
                problems,
                async (tx, user) => (await revoke.HandleAsync(tx, http.Room()!, user, passkeyId, http.Audit(), ct))?.Reason,
                "passkey.removed",
                ct
            )
            : problems.NotFound();
}
