using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.SignIn.Sessions;

/// <summary>Sessions of devices without a browser: of their own, so that the device stays when the browser that let it in signs out, and goes when the person goes (docs/decisions/0012).</summary>
/// <remarks>No cookie opens one: nobody ever had the value whose hash the row holds.</remarks>
public sealed class DeviceSessions(SessionLifetimes options, TimeProvider clock)
{
    private const string HandlePrefix = "ds";

    /// <summary>Makes the session of a device with the evidence of the browser's session in which a person said yes.</summary>
    /// <param name="approving">The browser's session; must still be there.</param>
    /// <param name="clientId">The application on the device.</param>
    /// <param name="channel">Its channel, which the person must be allowed.</param>
    /// <returns>Null where the browser's session has ended, or the person may not use that channel.</returns>
    public async Task<Session?> BeginAsync(
        Transaction transaction,
        Session approving,
        string clientId,
        string channel,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        // Whoever blocks a person holds the row of that person: the next statement sees the block, or the blocking sees this session (SEC-036).
        await transaction.ExecuteAsync(
            "SELECT FROM users WHERE organization_id = @organization AND user_id = @user FOR UPDATE",
            new { user = approving.User.Value },
            ct
        );
        var session = approving with
        {
            Id = SessionId.New(clock),
            IdleExpiresAt = now + options.Absolute,
            AbsoluteExpiresAt = now + options.Absolute,
        };
        var begun = await transaction.ExecuteAsync(
            $"""
            INSERT INTO sessions (organization_id, session_id, sha256, user_id, connection_id, device_client_id, evidence, authenticated_at,
                                  created_at, last_seen_at, idle_expires_at, absolute_expires_at)
            SELECT s.organization_id, @id, @sha256, s.user_id, s.connection_id, @clientId, s.evidence, s.authenticated_at, @now, @now, @ends, @ends
              FROM sessions s {SessionStore.Admitted}
             WHERE s.organization_id = @organization AND s.session_id = @approving AND {SessionStore.NotBlocked}
               AND @channel = ANY (r.channels)
               AND NOT EXISTS (SELECT FROM user_blocks b
                                WHERE b.organization_id = s.organization_id AND b.user_id = s.user_id AND @channel = ANY (b.channels))
            """,
            new
            {
                id = session.Id.Value,
                sha256 = Handle.New(HandlePrefix, approving.Organization).Sha256(),
                approving = approving.Id.Value,
                clientId,
                channel,
                now,
                ends = session.AbsoluteExpiresAt,
            },
            ct
        );
        return begun == 1 ? session : null;
    }
}
