using Anteroom.Server.Audit;
using Anteroom.Server.Credentials.Passkeys;
using Anteroom.Server.Credentials.Passwords;
using Anteroom.Server.Credentials.Recovery;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Events;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Provisioning;

/// <summary>Removes a person: everything that tells who it was goes; the row keeps the subject, so that nobody ever gets it again (SEC-103, SEC-348).</summary>
public sealed class DeleteUser(AuditTrail audit, EventLog events, OffBoarding offBoarding, LastAdministrator lastAdministrator)
{
    /// <returns>Null when done, else <c>not_found</c> or <c>last_owner</c>.</returns>
    public async Task<ProvisioningRefusal?> HandleAsync(
        Transaction tx,
        UserId id,
        AuditContext context,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (await UserStore.LockAsync(tx, id, ct) is not { } user)
            return new(ReasonCodes.NotFound);
        if (await lastAdministrator.WouldGoAsync(tx, user, to: null, ct))
            return new(ReasonCodes.LastOwner);

        await offBoarding.EndAsync(tx, id, "deleted", context, now, ct);
        await events.AppendAsync(tx, "user.deleted", id.Value, new { subject = user.Subject }, now, ct);
        await audit.RecordAsync(tx, context, new("user.deleted", AuditResult.Success, null, "user", id.Value), ct);

        await PasskeyStore.RemoveAllAsync(tx, id, ct);
        await PasswordLinks.RemoveAllAsync(tx, id, ct);
        await PasswordStore.RemoveAllAsync(tx, id, ct);
        await Routes.RemoveAsync(tx, RouteKinds.UserName, UserNames.Fold(user.UserName), ct);
        var args = new { id = id.Value, now };
        await tx.ExecuteAsync("DELETE FROM external_identities WHERE organization_id = @organization AND user_id = @id", args, ct);
        await tx.ExecuteAsync("DELETE FROM group_members WHERE organization_id = @organization AND user_id = @id", args, ct);
        await tx.ExecuteAsync("DELETE FROM user_blocks WHERE organization_id = @organization AND user_id = @id", args, ct);
        await tx.ExecuteAsync("DELETE FROM audit_names WHERE organization_id = @organization AND id = @id", args, ct);
        await tx.ExecuteAsync(
            """
            UPDATE users
               SET deleted_at = @now, updated_at = @now, version = version + 1, user_name = 'deleted', user_name_folded = subject,
                   display_name = NULL, given_name = NULL, family_name = NULL, email = NULL, custom = '{}', stamps = '{}', last_sign_in_at = NULL
             WHERE organization_id = @organization AND user_id = @id
            """,
            args,
            ct
        );
        return null;
    }
}
