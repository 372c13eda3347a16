using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Events;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Provisioning;

/// <summary>Sets and lifts blocks. Whatever closes a channel ends what is open (design.md §4).</summary>
public sealed class Blocks(AuditTrail audit, EventLog events, OffBoarding offBoarding, LastAdministrator lastAdministrator)
{
    private const int LongestReason = 200;

    /// <returns>The blocked user, <c>not_found</c> or <c>last_owner</c>.</returns>
    public async Task<Result<User, ProvisioningRefusal>> BlockAsync(
        Transaction tx,
        UserId id,
        BlockSource source,
        IReadOnlyList<string> channels,
        string? reason,
        AuditContext context,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (channels.Count == 0 || channels.Any(channel => !Channels.All.Contains(channel)) || reason?.Length > LongestReason)
            return new ProvisioningRefusal(
                ReasonCodes.ValidationFailed,
                $"channels holds web, native or unlock; reason has at most {LongestReason} characters."
            );
        if (await UserStore.LockAsync(tx, id, ct) is not { } user)
            return new ProvisioningRefusal(ReasonCodes.NotFound);
        if (channels.Contains(Channels.Web) && await lastAdministrator.WouldGoAsync(tx, user, to: null, ct))
            return new ProvisioningRefusal(ReasonCodes.LastOwner);

        await tx.ExecuteAsync(
            """
            INSERT INTO user_blocks (organization_id, user_id, source, channels, reason, at)
            VALUES (@organization, @id, @source, @channels, @reason, @now)
            ON CONFLICT (organization_id, user_id, source) DO UPDATE SET channels = excluded.channels, reason = excluded.reason, at = excluded.at
            """,
            new
            {
                id = id.Value,
                source = Words.Of(source),
                channels = channels.Distinct().ToArray(),
                reason,
                now,
            },
            ct
        );
        var changed = await FinishAsync(tx, id, "user.blocked", source, context, now, ct);
        await offBoarding.EndAsync(tx, id, "blocked", context, now, ct);
        return changed;
    }

    /// <param name="by">The source whose block goes; an administrator lifts all.</param>
    public async Task<Result<User, ProvisioningRefusal>> LiftAsync(
        Transaction tx,
        UserId id,
        BlockSource by,
        AuditContext context,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (await UserStore.LockAsync(tx, id, ct) is not { } user)
            return new ProvisioningRefusal(ReasonCodes.NotFound);
        var lifted = await tx.ExecuteAsync(
            """
            DELETE FROM user_blocks
             WHERE organization_id = @organization AND user_id = @id AND (source = @source OR @source = 'administrator')
            """,
            new { id = id.Value, source = Words.Of(by) },
            ct
        );
        return lifted == 0 ? user : await FinishAsync(tx, id, "user.unblocked", by, context, now, ct);
    }

    private async Task<User> FinishAsync(
        Transaction tx,
        UserId id,
        string action,
        BlockSource source,
        AuditContext context,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await tx.ExecuteAsync(
            "UPDATE users SET version = version + 1, updated_at = @now WHERE organization_id = @organization AND user_id = @id",
            new { id = id.Value, now },
            ct
        );
        var user = (await UserStore.FindAsync(tx, id, ct))!;
        await events.AppendAsync(tx, action, id.Value, new { source = Words.Of(source) }, now, ct);
        var entry = new AuditEntry(action, AuditResult.Success, null, "user", id.Value, user.UserName)
        {
            Details = new Dictionary<string, object?> { ["source"] = Words.Of(source) },
        };
        await audit.RecordAsync(tx, context, entry, ct);
        return user;
    }
}
