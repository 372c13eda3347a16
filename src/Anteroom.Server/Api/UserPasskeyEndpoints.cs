using Anteroom.Server.Credentials.Passkeys;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Passkeys;

namespace Anteroom.Server.Api;

/// <param name="Name">As its owner calls it.</param>
/// <param name="SuspendedAt">Since when it does not count, because a copy of it seems to be about; null where it counts.</param>
internal sealed record PasskeyView(
    string Id,
    string Name,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset? SuspendedAt
);

/// <summary>Passkeys of users, as far as administrators have to do with them: they see which there are and take lost ones away.</summary>
internal static class UserPasskeyEndpoints
{
    private const string Path = "/organizations/{slug}/users/{id}/passkeys";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet(Path, ListAsync).Operation("users.listPasskeys").Produces<ApiList<PasskeyView>>();
        api.MapDelete(Path + "/{passkey}", RemoveAsync).Operation("users.removePasskey").Produces(204);
    }

    private static async Task<IResult> ListAsync(string id, HttpContext http, UserStore users, PasskeyStore passkeys, CancellationToken ct)
    {
        var organization = http.TargetOrganization().Id;
        if (!UserId.TryParse(id, out var userId) || await users.FindAsync(organization, userId, ct) is null)
            return ApiResults.NotFound(http);
        var kept = await passkeys.ListAsync(organization, userId, ct);
        return ApiResults.Ok(
            new ApiList<PasskeyView>(
                [
                    .. kept.Select(passkey => new PasskeyView(
                        passkey.Id.ToString(),
                        passkey.Name,
                        passkey.CreatedAt,
                        passkey.LastUsedAt,
                        passkey.SuspendedAt
                    )),
                ],
                Next: null
            )
        );
    }

    private static async Task<IResult> RemoveAsync(
        string id,
        string passkey,
        HttpContext http,
        Database database,
        RevokePasskey revoke,
        CancellationToken ct
    )
    {
        var organization = http.TargetOrganization();
        if (!UserId.TryParse(id, out var userId) || !PasskeyId.TryParse(passkey, out var passkeyId))
            return ApiResults.NotFound(http);
        await using var tx = await database.BeginAsync(organization.Id, ct);
        if (await UserStore.LockAsync(tx, userId, ct) is not { } user)
            return ApiResults.NotFound(http);
        if (AdministerUsers.TooPowerful(user, http.ApiAdministrator()) is { } tooPowerful)
            return ApiResults.Problem(http, tooPowerful.Code, tooPowerful.Detail);
        if (await revoke.HandleAsync(tx, organization, user, passkeyId, http.ApiAudit(), ct) is { } refusal)
            return ApiResults.Problem(http, refusal.Reason);
        await tx.CommitAsync(ct);
        return Results.NoContent();
    }
}
