using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Provisioning;

/// <summary>Keeps the last administrator of an organization: nobody removes, blocks or demotes that account (SEC-263).</summary>
public sealed class LastAdministrator
{
    /// <summary>Whether the organization would be left without an administrator who can come in, although it has one.</summary>
    /// <param name="to">The role that the user would have, or null where the user goes or is blocked.</param>
    public async Task<bool> WouldGoAsync(Transaction tx, User user, Role? to, CancellationToken ct)
    {
        if (user.Role.Key != BuiltInRoles.Administrator || to?.Key == BuiltInRoles.Administrator || user.IsBlockedFor(Channels.Web))
            return false;

        // Two administrators who demote each other at once must not both succeed.
        await tx.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtextextended('administrators:' || @organization::text, 0))", null, ct);
        var others = await tx.FirstAsync<int>(
            """
            SELECT count(*)::int FROM users u JOIN roles r USING (organization_id, role_id)
             WHERE u.organization_id = @organization AND u.deleted_at IS NULL AND r.key = 'administrator' AND u.user_id <> @id
               AND NOT EXISTS (SELECT FROM user_blocks b WHERE b.organization_id = u.organization_id AND b.user_id = u.user_id
                                  AND 'web' = ANY (b.channels))
            """,
            new { id = user.Id.Value },
            ct
        );
        return others == 0;
    }
}
