using System.Text.Json;
using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.SignIn.Sessions;

/// <summary>A person's session as administrators and the person see it (SEC-037).</summary>
/// <param name="Device">The application of a device that it was made for; null for a browser's.</param>
public sealed record UserSession(SessionId Id, string Method, DateTimeOffset AuthenticatedAt, DateTimeOffset LastSeenAt, string? Device);

/// <summary>Lists and ends the sessions of one person.</summary>
public sealed class UserSessions(Database database, SessionStore sessions, TimeProvider clock)
{
    private const int Most = 100;

    /// <summary>Those whose cookie still counts, the latest used first.</summary>
    public async Task<IReadOnlyList<UserSession>> ListAsync(OrganizationId organization, UserId user, CancellationToken ct)
    {
        var rows = await database
            .In(organization)
            .ListAsync<Row>(
                """
                SELECT session_id, evidence::text AS evidence, authenticated_at, last_seen_at, device_client_id FROM sessions
                 WHERE organization_id = @organization AND user_id = @user AND idle_expires_at > @now AND absolute_expires_at > @now
                 ORDER BY last_seen_at DESC LIMIT @most
                """,
                new
                {
                    user = user.Value,
                    now = clock.GetUtcNow(),
                    most = Most,
                },
                ct
            );
        return rows.ConvertAll(row => new UserSession(
            new(row.SessionId),
            JsonSerializer.Deserialize(row.Evidence, SessionJson.Default.Evidence)!.Method,
            row.AuthenticatedAt,
            row.LastSeenAt,
            row.DeviceClientId
        ));
    }

    /// <summary>Ends all of them in one transaction; applications are told as for any sign-out.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> EndAllAsync(OrganizationId organization, UserId user, AuditContext context, CancellationToken ct)
    {
        await using var tx = await database.BeginAsync(organization, ct);
        var ids = await tx.ListAsync<Guid>(
            "SELECT session_id FROM sessions WHERE organization_id = @organization AND user_id = @user",
            new { user = user.Value },
            ct
        );
        foreach (var id in ids)
            await sessions.EndAsync(tx, new(id), "ended_by_administrator", context, clock.GetUtcNow(), ct);
        await tx.CommitAsync(ct);
        return ids.Count;
    }

    private sealed record Row(
        Guid SessionId,
        string Evidence,
        DateTimeOffset AuthenticatedAt,
        DateTimeOffset LastSeenAt,
        string? DeviceClientId
    );
}
