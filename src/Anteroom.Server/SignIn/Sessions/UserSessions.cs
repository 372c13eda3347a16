using System.Text.Json;
using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Provisioning;

namespace Anteroom.Server.SignIn.Sessions;

/// <summary>A person's session as administrators and the person see it (SEC-037).</summary>
/// <param name="Device">The application of a device that it was made for; null for a browser's.</param>
/// <param name="Browser">The kind of browser that signed in; null for a device, and where it was not noted.</param>
/// <param name="Network">The network of the sign-in, as its record has it; null as above.</param>
public sealed record UserSession(
    SessionId Id,
    string Method,
    DateTimeOffset AuthenticatedAt,
    DateTimeOffset LastSeenAt,
    string? Device,
    BrowserKind? Browser,
    string? Network
);

/// <summary>Lists and ends the sessions of one person.</summary>
public sealed class UserSessions(Database database, SessionStore sessions, OffBoarding offBoarding, TimeProvider clock)
{
    private const int Most = 100;

    /// <summary>Those whose cookie still counts, the latest used first.</summary>
    public async Task<IReadOnlyList<UserSession>> ListAsync(OrganizationId organization, UserId user, CancellationToken ct)
    {
        var rows = await database
            .In(organization)
            .ListAsync<Row>(
                """
                SELECT session_id, evidence::text AS evidence, authenticated_at, last_seen_at, device_client_id, browser, network FROM sessions
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
            row.DeviceClientId,
            BrowserKind.Parse(row.Browser),
            row.Network
        ));
    }

    /// <summary>The person ends one of their own sessions; applications are told as for any sign-out.</summary>
    /// <returns>False where they have no session of that id.</returns>
    public async Task<bool> EndAsync(OrganizationId organization, UserId user, SessionId id, AuditContext context, CancellationToken ct)
    {
        await using var tx = await database.BeginAsync(organization, ct);
        var isTheirs = await tx.FirstAsync<bool>(
            "SELECT EXISTS (SELECT FROM sessions WHERE organization_id = @organization AND session_id = @id AND user_id = @user)",
            new { id = id.Value, user = user.Value },
            ct
        );
        if (!isTheirs || await sessions.EndAsync(tx, id, "ended_by_person", context, clock.GetUtcNow(), ct) is null)
            return false;
        await tx.CommitAsync(ct);
        return true;
    }

    /// <summary>The person signs out everywhere: all that they have opened ends, also what applications keep for later (SEC-037).</summary>
    public async Task SignOutEverywhereAsync(OrganizationId organization, UserId user, AuditContext context, CancellationToken ct)
    {
        await using var tx = await database.BeginAsync(organization, ct);
        if (await UserStore.LockAsync(tx, user, ct) is null) // who is about to sign in waits, and signs in after it
            return;
        await offBoarding.EndAsync(tx, user, "signed_out_everywhere", context, clock.GetUtcNow(), ct);
        await tx.CommitAsync(ct);
    }

    /// <summary>An administrator ends all of them in one transaction; applications are told as for any sign-out.</summary>
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

    /// <summary>Ends all but one of them, in the caller's transaction, which holds the user.</summary>
    public async Task EndOthersAsync(Transaction tx, UserId user, SessionId kept, string cause, AuditContext context, CancellationToken ct)
    {
        var ids = await tx.ListAsync<Guid>(
            "SELECT session_id FROM sessions WHERE organization_id = @organization AND user_id = @user AND session_id <> @kept",
            new { user = user.Value, kept = kept.Value },
            ct
        );
        foreach (var id in ids)
            await sessions.EndAsync(tx, new(id), cause, context, clock.GetUtcNow(), ct);
    }

    private sealed record Row(
        Guid SessionId,
        string Evidence,
        DateTimeOffset AuthenticatedAt,
        DateTimeOffset LastSeenAt,
        string? DeviceClientId,
        string? Browser,
        string? Network
    );
}
