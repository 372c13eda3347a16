using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Passwords;

namespace Anteroom.Server.Api;

/// <param name="ExpiresAt">Until when the link works. The link itself is in the mail and nowhere else (SEC-228).</param>
internal sealed record PasswordLinkView(DateTimeOffset ExpiresAt);

/// <summary>Passwords of users, as far as administrators have to do with them: nobody sets or reads one here.</summary>
internal static class UserPasswordEndpoints
{
    private const string Path = "/organizations/{slug}/users/{id}";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost(Path + "/password-link", SendAsync).Operation("users.sendPasswordLink").Produces<PasswordLinkView>(202);
        api.MapPost(Path + "/password-stop/lift", LiftAsync).Operation("users.liftPasswordStop").Produces(204);
    }

    private static async Task<IResult> SendAsync(
        string id,
        HttpContext http,
        Database database,
        SendPasswordLink send,
        CancellationToken ct
    )
    {
        var organization = http.TargetOrganization();
        if (!UserId.TryParse(id, out var userId))
            return ApiResults.NotFound(http);
        await using var tx = await database.BeginAsync(organization.Id, ct);
        if (await ForbiddenAsync(http, tx, userId, ct) is { } forbidden)
            return forbidden;
        var sent = await send.HandleAsync(tx, organization, userId, http.ApiAudit(), ct);
        if (!sent.TryGet(out var link, out var refusal))
            return ApiResults.Problem(http, refusal.Reason);
        await tx.CommitAsync(ct);
        return ApiResults.Accepted(new PasswordLinkView(link.ExpiresAt));
    }

    private static async Task<IResult> LiftAsync(
        string id,
        HttpContext http,
        Database database,
        LiftPasswordStop lift,
        CancellationToken ct
    )
    {
        if (!UserId.TryParse(id, out var userId))
            return ApiResults.NotFound(http);
        await using var tx = await database.BeginAsync(http.TargetOrganization().Id, ct);
        if (await ForbiddenAsync(http, tx, userId, ct) is { } forbidden)
            return forbidden;
        if (await lift.HandleAsync(tx, userId, http.ApiAudit(), ct) is { } refusal)
            return ApiResults.Problem(http, refusal.Reason);
        await tx.CommitAsync(ct);
        return Results.NoContent();
    }

    /// <summary>Who may not give a role sends no link that lets its holder in (SEC-263).</summary>
    private static async Task<IResult?> ForbiddenAsync(HttpContext http, Transaction tx, UserId id, CancellationToken ct) =>
        await UserStore.LockAsync(tx, id, ct) is { } user && AdministerUsers.TooPowerful(user, http.ApiAdministrator()) is { } refusal
            ? ApiResults.Problem(http, refusal.Code, refusal.Detail)
            : null;
}
