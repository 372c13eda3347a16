using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Credentials.Passkeys;

/// <summary>Renames and removes passkeys, for whoever has proven themselves a moment ago (SEC-041, SEC-225).</summary>
public sealed class ChangePasskeys(AuditTrail audit, TimeProvider clock)
{
    /// <summary>Whether a passkey can be called so: 1 to 100 visible characters.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= Passkey.LongestName && UserNames.IsValid(name);

    /// <param name="provenAt">When the session of whoever asks was last authenticated.</param>
    /// <returns>Null when done, else <c>authentication_too_old</c>, <c>validation_failed</c> or <c>not_found</c>.</returns>
    public async Task<PasskeyRefusal?> RenameAsync(
        Transaction tx,
        UserId user,
        PasskeyId id,
        string name,
        DateTimeOffset provenAt,
        AuditContext context,
        CancellationToken ct
    )
    {
        if (!RecentProof.Counts(provenAt, clock.GetUtcNow()))
            return new(ReasonCodes.AuthenticationTooOld);
        if (!IsName(name))
            return new(ReasonCodes.ValidationFailed);
        if (!await HoldAsync(tx, user, ct) || await PasskeyStore.LockAsync(tx, user, id, ct) is null)
            return new(ReasonCodes.NotFound);
        await tx.ExecuteAsync(
            "UPDATE passkeys SET name = @name WHERE organization_id = @organization AND passkey_id = @id",
            new { id = id.Value, name },
            ct
        );
        await RecordAsync(tx, "passkey.renamed", user, id, context, ct);
        return null;
    }

    /// <summary>Removes a passkey. Sessions that it opened are the caller's to end (SEC-036): <c>RemovePasskey</c> of the sign-in does both.</summary>
    /// <returns>Null when done, else <c>authentication_too_old</c>, <c>not_found</c> or <c>passkey_last</c>.</returns>
    public async Task<PasskeyRefusal?> RemoveAsync(
        Transaction tx,
        UserId user,
        PasskeyId id,
        DateTimeOffset provenAt,
        AuditContext context,
        CancellationToken ct
    )
    {
        if (!RecentProof.Counts(provenAt, clock.GetUtcNow()))
            return new(ReasonCodes.AuthenticationTooOld);
        if (!await HoldAsync(tx, user, ct) || await PasskeyStore.LockAsync(tx, user, id, ct) is null)
            return new(ReasonCodes.NotFound);
        if (await IsLastOfOperatorAsync(tx, user, id, ct))
            return new(ReasonCodes.PasskeyLast);
        await PasskeyStore.RemoveAsync(tx, id, ct);
        await RecordAsync(tx, "passkey.removed", user, id, context, ct);
        return null;
    }

    /// <summary>Holds the user until the transaction ends; every change of somebody's passkeys begins so, as blocking and deleting do.</summary>
    internal static async Task<bool> HoldAsync(Transaction tx, UserId user, CancellationToken ct) =>
        await tx.FirstAsync<Guid?>(
            "SELECT user_id FROM users WHERE organization_id = @organization AND user_id = @user AND deleted_at IS NULL FOR UPDATE",
            new { user = user.Value },
            ct
        )
            is not null;

    /// <summary>An operator without a passkey and without a provider could never come in again (SEC-225, SEC-265).</summary>
    private static async Task<bool> IsLastOfOperatorAsync(Transaction tx, UserId user, PasskeyId id, CancellationToken ct) =>
        tx.Organization == Platform.OrganizationId.Platform
        && await tx.FirstAsync<bool>(
            """
            SELECT EXISTS (SELECT FROM users u JOIN roles r USING (organization_id, role_id)
                            WHERE u.organization_id = @organization AND u.user_id = @user AND r.key = 'administrator')
               AND NOT EXISTS (SELECT FROM passkeys p WHERE p.organization_id = @organization AND p.user_id = @user
                                  AND p.passkey_id <> @id AND p.suspended_at IS NULL)
               AND NOT EXISTS (SELECT FROM external_identities i WHERE i.organization_id = @organization AND i.user_id = @user)
            """,
            new { id = id.Value, user = user.Value },
            ct
        );

    private Task RecordAsync(Transaction tx, string action, UserId user, PasskeyId id, AuditContext context, CancellationToken ct) =>
        audit.RecordAsync(
            tx,
            context,
            new(action, AuditResult.Success, null, "user", user.Value)
            {
                Details = new Dictionary<string, object?> { ["passkey"] = id.ToString() },
            },
            ct
        );
}
