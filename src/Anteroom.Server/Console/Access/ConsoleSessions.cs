using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.Console.Access;

/// <summary>Sessions of the console: 15 minutes without use, 8 hours in all (SEC-034), never longer than the session that they stand on.</summary>
internal sealed class ConsoleSessions(
    Database database,
    OrganizationDirectory organizations,
    AuditTrail audit,
    CookieNames names,
    TimeProvider clock
)
{
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(15);
    public static readonly TimeSpan Absolute = TimeSpan.FromHours(8);

    private const string CookiePrefix = "cs";
    private const string ArrivalPrefix = "ca";
    private const string Cookie = "console";
    private static readonly TimeSpan ArrivalLife = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TouchedEvery = TimeSpan.FromMinutes(1);

    /// <summary>Makes the session of somebody who may enter, in place of a former one (SEC-031); it is worth nothing until the browser that asked arrives.</summary>
    /// <param name="browser">SHA-256 of the secret that this browser alone has.</param>
    /// <returns>The way in, once.</returns>
    public Handle Begin(Transaction tx, Session session, byte[] browser, DateTimeOffset now)
    {
        var arrival = Handle.New(ArrivalPrefix, session.Organization);
        var ends = now + Absolute;
        tx.Later(
            """
            WITH former AS (
                DELETE FROM console_sessions WHERE organization_id = @organization AND session_id = @session RETURNING visits)
            INSERT INTO console_sessions (organization_id, console_session_id, session_id, user_id, browser_sha256, arrival_sha256,
                                          arrival_expires_at, authenticated_at, visits, created_at, last_seen_at, idle_expires_at,
                                          absolute_expires_at)
            VALUES (@organization, @id, @session, @user, @browser, @arrival, @arrivalEnds, @at,
                    coalesce((SELECT visits FROM former LIMIT 1), '{}'), @now, @now, @idle, @ends)
            """,
            new
            {
                id = Identifiers.NewUuid(clock),
                session = session.Id.Value,
                user = session.User.Value,
                browser,
                arrival = arrival.Sha256(),
                arrivalEnds = now + ArrivalLife,
                at = session.AuthenticatedAt,
                now,
                idle = now + Idle,
                ends = ends < session.AbsoluteExpiresAt ? ends : session.AbsoluteExpiresAt,
            }
        );
        return arrival;
    }

    /// <summary>The browser comes in: the arrival is used up and the cookie set. False where it is unknown, used, too late, or another browser's.</summary>
    public async Task<bool> ArriveAsync(HttpContext http, string? arrival, byte[] browser, CancellationToken ct)
    {
        if (!Handle.TryParse(ArrivalPrefix, arrival, out var handle))
            return false;
        var cookie = Handle.New(CookiePrefix, handle.Organization);
        await using var tx = await database.BeginAsync(handle.Organization, ct);
        var arrived = await tx.FirstAsync<Arrived>(
            """
            UPDATE console_sessions SET sha256 = @sha256, arrival_sha256 = NULL
             WHERE organization_id = @organization AND arrival_sha256 = @arrival AND browser_sha256 = @browser AND arrival_expires_at > @now
            RETURNING user_id, session_id
            """,
            new
            {
                sha256 = cookie.Sha256(),
                arrival = handle.Sha256(),
                browser,
                now = clock.GetUtcNow(),
            },
            ct
        );
        if (arrived is null)
            return false;
        var context = http.AuditContext(new Actor(ActorKind.User, arrived.UserId, null), arrived.SessionId);
        await audit.RecordAsync(tx, context, new("console.entered", AuditResult.Success), ct);
        await tx.CommitAsync(ct);
        http.Response.Cookies.Append(names.For(Cookie), cookie.Reveal(), names.Options(SameSiteMode.Lax, lifetime: null));
        return true;
    }

    private sealed record Arrived(Guid UserId, Guid SessionId);

    /// <summary>Who is in, or null: without a session, with one that is over, or blocked, demoted or disabled since (SEC-036, SEC-264).</summary>
    public async Task<ConsoleCaller?> FindAsync(HttpContext http, CancellationToken ct)
    {
        if (!Handle.TryParse(CookiePrefix, http.Request.Cookies[names.For(Cookie)], out var cookie))
            return null;
        var now = clock.GetUtcNow();
        var row = await database
            .In(cookie.Organization)
            .FirstAsync<Row>(
                $"""
                SELECT c.console_session_id, c.session_id, c.user_id, c.authenticated_at, c.last_seen_at, c.visits::text[] AS visits, u.user_name, u.display_name,
                       r.permissions
                  FROM console_sessions c
                  JOIN sessions s ON s.organization_id = c.organization_id AND s.session_id = c.session_id
                  {SessionStore.Admitted}
                 WHERE c.organization_id = @organization AND c.sha256 = @sha256 AND c.idle_expires_at > @now AND c.absolute_expires_at > @now
                   AND cardinality(r.permissions) > 0 AND {SessionStore.NotBlocked}
                """,
                new { sha256 = cookie.Sha256(), now },
                ct
            );
        if (row is null || await organizations.GetAsync(cookie.Organization, ct) is not { } home)
        {
            http.Response.Cookies.Delete(names.For(Cookie), names.Options(SameSiteMode.Lax, TimeSpan.Zero)); // worth nothing any more (SEC-045)
            return null;
        }
        if (now - row.LastSeenAt > TouchedEvery)
            await TouchAsync(cookie.Organization, row.ConsoleSessionId, now, ct);
        return new(
            home,
            row.ConsoleSessionId,
            new(row.SessionId),
            new(row.UserId),
            row.UserName,
            row.DisplayName ?? row.UserName,
            row.Permissions.ToHashSet(StringComparer.Ordinal),
            row.AuthenticatedAt,
            row.Visits.Select(Guid.Parse).ToHashSet()
        );
    }

    /// <summary>An operator enters an organization or leaves it, and its trail tells of it.</summary>
    public async Task VisitAsync(HttpContext http, ConsoleCaller caller, Organization visited, bool enters, CancellationToken ct)
    {
        await using var tx = await database.BeginAsync(caller.Home.Id, ct);
        tx.Later(
            $"""
            UPDATE console_sessions
               SET visits = {(enters ? "array_append(array_remove(visits, @visited), @visited)" : "array_remove(visits, @visited)")}
             WHERE organization_id = @organization AND console_session_id = @id
            """,
            new { id = caller.ConsoleSession, visited = visited.Id.Value }
        );
        tx.SwitchTo(visited.Id);
        var entry = new AuditEntry(
            enters ? "console.operator_entered" : "console.operator_left",
            AuditResult.Success,
            null,
            "organization",
            visited.Id.Value,
            visited.Name
        );
        await audit.RecordAsync(tx, caller.Audit(http), entry, ct);
        await tx.CommitAsync(ct);
    }

    private Task<int> TouchAsync(OrganizationId organization, Guid id, DateTimeOffset now, CancellationToken ct) =>
        database
            .In(organization)
            .ExecuteAsync(
                """
                UPDATE console_sessions SET last_seen_at = @now, idle_expires_at = @idle
                 WHERE organization_id = @organization AND console_session_id = @id
                """,
                new
                {
                    id,
                    now,
                    idle = now + Idle,
                },
                ct
            );

    private sealed record Row(
        Guid ConsoleSessionId,
        Guid SessionId,
        Guid UserId,
        DateTimeOffset AuthenticatedAt,
        DateTimeOffset LastSeenAt,
        string[] Visits,
        string UserName,
        string? DisplayName,
        string[] Permissions
    );
}
