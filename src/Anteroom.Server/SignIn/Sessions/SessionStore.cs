using System.Text;
using System.Text.Json;
using Anteroom.Server.Audit;
using Anteroom.Server.Connections;
using Anteroom.Server.Keys.Vault;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.Provisioning;

namespace Anteroom.Server.SignIn.Sessions;

/// <summary>A session of this browser with what a chooser shows.</summary>
/// <param name="Channels">What the person may use now: the channels of the role without those that are blocked.</param>
public sealed record LiveSession(
    Session Session,
    string Subject,
    string OrganizationName,
    string UserName,
    string? DisplayName,
    IReadOnlyList<string> Channels
);

/// <summary>Where a session came from, so that either side's sign-out reaches the other.</summary>
/// <param name="Sid">The provider's session (<c>sid</c> claim), for its front-channel sign-out.</param>
/// <param name="LoginHint">Opaque <c>login_hint</c> claim: spares the person a question at the provider's sign-out.</param>
public sealed record UpstreamSession(ConnectionId Connection, string Issuer, string ClientId, string? Sid, string? LoginHint)
{
    /// <summary>By an app that other organizations use too, whose sign-out therefore names none (<see cref="SharedSessions"/>).</summary>
    public bool IsShared { get; init; }
}

/// <summary>Sessions in the database. A cookie's value is looked up by its SHA-256 and never stored (SEC-030).</summary>
public sealed class SessionStore(
    Database database,
    Vault vault,
    SessionCookies cookies,
    OrganizationHosts hosts,
    SessionLifetimes options,
    AuditTrail audit,
    Departures departures,
    TimeProvider clock
)
{
    private const string Columns = """
        s.session_id, s.user_id, s.evidence::text AS evidence, s.authenticated_at, s.idle_expires_at, s.absolute_expires_at
        """;

    private static readonly TimeSpan TouchedEvery = TimeSpan.FromMinutes(1);

    private const string TouchSql = """
        UPDATE sessions SET last_seen_at = @now, idle_expires_at = @idle
         WHERE organization_id = @organization AND session_id = @id AND last_seen_at < @before
        """;

    // Whoever is blocked, deleted or of a disabled organization has no live session, whatever its row says (SEC-036, SEC-039).
    private const string Present = """
        JOIN users u ON u.organization_id = s.organization_id AND u.user_id = s.user_id AND u.deleted_at IS NULL
        JOIN roles r ON r.organization_id = u.organization_id AND r.role_id = u.role_id
        JOIN organizations o ON o.organization_id = s.organization_id AND o.status = 'active'
        """;

    /// <summary>For pages of ours, which are web.</summary>
    internal const string Admitted = $"{Present} AND 'web' = ANY (r.channels)";

    private const string AllowedChannels = """
        ARRAY(SELECT channel FROM unnest(r.channels) AS channel
               WHERE NOT EXISTS (SELECT FROM user_blocks b WHERE b.organization_id = s.organization_id AND b.user_id = s.user_id
                                                             AND channel = ANY (b.channels)))
        """;

    internal const string NotBlocked = """
        NOT EXISTS (SELECT FROM user_blocks b
                     WHERE b.organization_id = s.organization_id AND b.user_id = s.user_id AND 'web' = ANY (b.channels))
        """;

    /// <summary>The session of a <c>sid</c> that we issued, where it was not signed out, even when its cookie has timed out.</summary>
    public async Task<Session?> FindAsync(OrganizationId organization, SessionId id, CancellationToken ct)
    {
        var row = await database
            .In(organization)
            .FirstAsync<Row>(
                $"""
                SELECT {Columns} FROM sessions s {Present}
                 WHERE s.organization_id = @organization AND s.session_id = @id AND {AllowedChannels} && ARRAY['web', 'native']
                """,
                new { id = id.Value },
                ct
            );
        return row?.ToSession(organization);
    }

    /// <summary>The live sessions of this browser, most recently authenticated first.</summary>
    public async Task<IReadOnlyList<LiveSession>> FromCookiesAsync(HttpContext http, DateTimeOffset now, CancellationToken ct)
    {
        List<LiveSession> live = [];
        foreach (var handle in cookies.Read(http))
        {
            if (!await hosts.IsHomeAsync(http, handle.Organization, ct))
            {
                cookies.Delete(http, handle.Organization); // a session counts on its organization's host alone
                continue;
            }
            if (await LiveAsync(http, handle, now, ct) is { } session)
                live.Add(session);
        }
        // Providers tell the time of a sign-in in whole seconds; within one the ids, which carry the time too, say which came later.
        return
        [
            .. live.OrderByDescending(session => session.Session.AuthenticatedAt).ThenByDescending(session => session.Session.Id.Value),
        ];
    }

    /// <summary>This browser's live session in one organization, on that organization's host, for pages of ours; null where there is none.</summary>
    public async Task<LiveSession?> FromCookieAsync(
        HttpContext http,
        OrganizationId organization,
        DateTimeOffset now,
        CancellationToken ct
    ) =>
        cookies.Read(http).FirstOrDefault(handle => handle.Organization == organization) is { } handle
        && await LiveAsync(http, handle, now, ct) is { } live
        && live.Channels.Contains(Channels.Web)
            ? live
            : null;

    private async Task<LiveSession?> LiveAsync(HttpContext http, Handle handle, DateTimeOffset now, CancellationToken ct)
    {
        var row = await database
            .In(handle.Organization)
            .FirstAsync<LiveRow>(
                $"""
                SELECT {Columns}, u.subject, o.name AS organization_name, u.user_name, u.display_name, {AllowedChannels} AS channels
                  FROM sessions s {Present}
                 WHERE s.organization_id = @organization AND s.sha256 = @sha256
                   AND s.idle_expires_at > @now AND s.absolute_expires_at > @now
                """,
                new { sha256 = handle.Sha256(), now },
                ct
            );
        if (row?.Channels.Any(channel => channel is Channels.Web or Channels.Native) is true)
            return row.ToLive(handle.Organization);
        cookies.Delete(http, handle.Organization); // worth nothing any more (SEC-045)
        return null;
    }

    /// <summary>Makes the session of a sign-in. This browser's former one of the organization goes on under a new value for the same person and ends for another (SEC-031).</summary>
    /// <remarks>
    /// The caller holds the user's row and has read it whole: it is not deleted, and its role stays. A block that was set while the caller
    /// waited for that row counts here, so that no session outlives it (SEC-036).
    /// </remarks>
    /// <param name="channel">In which the session is used first; one that is blocked begins none.</param>
    /// <param name="upstream">The provider's session; null where the person proved themselves to us.</param>
    /// <returns>The session and the cookie's new value, to be written after the commit, where <see cref="BegunSession.HoldsAsync"/>.</returns>
    public async Task<BegunSession> BeginAsync(
        Transaction transaction,
        HttpContext http,
        UserId user,
        string channel,
        Evidence evidence,
        UpstreamSession? upstream,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var organization = transaction.Organization;
        var kept = await LeaveFormerAsync(transaction, http, user, now, ct);
        var id = kept ?? SessionId.New(clock);
        var cookie = Handle.New(SessionCookies.HandlePrefix, organization);
        var session = new Session(organization, id, user, evidence, evidence.At, now + options.Idle, now + options.Absolute);
        var hint = upstream?.LoginHint is { } text
            ? await vault.SealAsync(organization, HintField(id), Encoding.UTF8.GetBytes(text), ct)
            : null;
        var written = transaction.Later(
            $"""
            INSERT INTO sessions (organization_id, session_id, sha256, user_id, connection_id, evidence, authenticated_at, upstream_issuer,
                                  upstream_client_id, upstream_sid, upstream_hint, browser, network, created_at, last_seen_at,
                                  idle_expires_at, absolute_expires_at)
            SELECT o.organization_id, @id, @sha256, @user, @connection, @evidence::jsonb, @at, @issuer, @client, @sid, @hint, @browser,
                   @network, @now, @now, @idle, @absolute
              FROM organizations o
             WHERE o.organization_id = @organization AND o.status = 'active'
               AND NOT EXISTS (SELECT FROM user_blocks WHERE organization_id = @organization AND user_id = @user AND @channel = ANY (channels))
            ON CONFLICT (organization_id, session_id) DO UPDATE SET
                sha256 = excluded.sha256, connection_id = excluded.connection_id, evidence = excluded.evidence,
                authenticated_at = excluded.authenticated_at, upstream_issuer = excluded.upstream_issuer,
                upstream_client_id = excluded.upstream_client_id, upstream_sid = excluded.upstream_sid, upstream_hint = excluded.upstream_hint,
                browser = excluded.browser, network = excluded.network, last_seen_at = excluded.last_seen_at, idle_expires_at = excluded.idle_expires_at, absolute_expires_at = excluded.absolute_expires_at
            """,
            new
            {
                id = id.Value,
                sha256 = cookie.Sha256(),
                user = user.Value,
                channel,
                connection = upstream?.Connection.Value,
                evidence = JsonSerializer.Serialize(evidence, SessionJson.Default.Evidence),
                at = evidence.At,
                issuer = upstream?.Issuer,
                client = upstream?.ClientId,
                sid = upstream?.Sid,
                hint,
                browser = BrowserKind.Of(http.Request.Headers.UserAgent).ToString(),
                network = http.Network(),
                now,
                idle = session.IdleExpiresAt,
                absolute = session.AbsoluteExpiresAt,
            }
        );
        if (upstream is not null)
            SharedSessions.Note(transaction, session, upstream);
        return new(session, cookie, written);
    }

    /// <summary>Use keeps a session alive, up to its absolute end. Not called for <c>prompt=none</c> (SEC-044).</summary>
    public void Touch(Transaction transaction, Session session, DateTimeOffset now) => transaction.Later(TouchSql, TouchOf(session, now));

    /// <summary>The same outside a transaction, for our own pages: nothing is asked of the database within a minute of the last use.</summary>
    public async Task KeepAliveAsync(Session session, DateTimeOffset now, CancellationToken ct)
    {
        if (now + options.Idle - session.IdleExpiresAt > TouchedEvery)
            await database.In(session.Organization).ExecuteAsync(TouchSql, TouchOf(session, now), ct);
    }

    private object TouchOf(Session session, DateTimeOffset now) =>
        new
        {
            id = session.Id.Value,
            now,
            idle = now + options.Idle,
            before = now - TouchedEvery,
        };

    /// <summary>Ends one session and what applications got by it (SEC-035), and has them told (SEC-109). The row is gone before anybody hears of it.</summary>
    /// <returns>What the provider's sign-out needs, or null where there was no such session.</returns>
    public async Task<EndedSession?> EndAsync(
        Transaction transaction,
        SessionId id,
        string cause,
        AuditContext context,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var ended = await transaction.FirstAsync<EndedRow>(
            """
            WITH ended AS (
                DELETE FROM sessions WHERE organization_id = @organization AND session_id = @id
                RETURNING user_id, connection_id, upstream_hint)
            SELECT user_id, connection_id, upstream_hint,
                   ARRAY(SELECT client_id FROM session_applications
                          WHERE organization_id = @organization AND session_id = @id) AS applications
              FROM ended
            """,
            new { id = id.Value },
            ct
        );
        if (ended is null)
            return null;

        // An application that came in while the deletion waited for it is among the grants.
        var granted = await transaction.ListAsync<string>(
            """
            UPDATE grants SET revoked_at = @now, revoked_for = @cause
             WHERE organization_id = @organization AND session_id = @id AND revoked_at IS NULL
            RETURNING client_id
            """,
            new
            {
                id = id.Value,
                now,
                cause,
            },
            ct
        );
        List<string> applications = [.. ended.Applications.Union(granted, StringComparer.Ordinal)];
        var participations = applications.ConvertAll(client => new Participation(id.Value, client));
        var told = await departures.TellAsync(transaction, new(new(ended.UserId), participations, cause, context), ct);
        var entry = new AuditEntry("session.ended", AuditResult.Success, cause, "user", ended.UserId)
        {
            Details = told.Count == 0 ? null : new Dictionary<string, object?> { ["told"] = told.ToArray() },
        };
        await audit.RecordAsync(transaction, context, entry, ct);

        var hint = ended.UpstreamHint is { } text
            ? Encoding.UTF8.GetString(await vault.UnsealAsync(transaction.Organization, HintField(id), text, ct))
            : null;
        return new(ended.ConnectionId is { } connection ? new ConnectionId(connection) : null, hint, applications);
    }

    /// <summary>Sessions that came from one session at the provider.</summary>
    public async Task<IReadOnlyList<SessionId>> FindByUpstreamAsync(
        Transaction transaction,
        ConnectionId connection,
        string sid,
        CancellationToken ct
    )
    {
        var ids = await transaction.ListAsync<Guid>(
            "SELECT session_id FROM sessions WHERE organization_id = @organization AND connection_id = @connection AND upstream_sid = @sid",
            new { connection = connection.Value, sid },
            ct
        );
        return [.. ids.Select(id => new SessionId(id))];
    }

    /// <summary>Whether a session is still the one that a shared app's session at the provider led to.</summary>
    /// <param name="issuer">Whom the provider says it comes from; null where it does not say.</param>
    public async Task<bool> CameByAsync(Transaction transaction, SharedSession found, string sid, string? issuer, CancellationToken ct) =>
        await transaction.FirstAsync<int>(
            """
            SELECT count(*)::int FROM sessions
             WHERE organization_id = @organization AND session_id = @id AND upstream_sid = @sid AND upstream_client_id = @client
               AND (@issuer::text IS NULL OR upstream_issuer = @issuer)
            """,
            new
            {
                id = found.Id.Value,
                sid,
                client = found.ClientId,
                issuer,
            },
            ct
        ) == 1;

    /// <summary>Whose cookies this browser has to give up so that one more session of the organization finds room (SEC-031): the worthless first, then the oldest.</summary>
    public async Task<IReadOnlyList<OrganizationId>> TooManyWithAsync(
        HttpContext http,
        OrganizationId organization,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var others = cookies.Read(http).Select(handle => handle.Organization).Where(other => other != organization).ToList();
        var excess = others.Count - (SessionCookies.MaxAlive - 1);
        if (excess <= 0)
            return []; // nearly always, and without asking the database
        var live = (await FromCookiesAsync(http, now, ct)).Select(session => session.Session.Organization).ToList(); // newest first
        return [.. others.OrderByDescending(other => live.IndexOf(other) is < 0 ? int.MaxValue : live.IndexOf(other)).Take(excess)];
    }

    private async Task<SessionId?> LeaveFormerAsync(
        Transaction transaction,
        HttpContext http,
        UserId user,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var former = cookies.Read(http).FirstOrDefault(handle => handle.Organization == transaction.Organization);
        if (former is null)
            return null;

        var row = await transaction.FirstAsync<FormerRow>(
            "SELECT session_id, user_id FROM sessions WHERE organization_id = @organization AND sha256 = @sha256 FOR UPDATE",
            new { sha256 = former.Sha256() },
            ct
        );
        if (row is null)
            return null;
        if (row.UserId == user.Value)
            return new(row.SessionId);

        var context = http.AuditContext(new Actor(ActorKind.User, user.Value, null), row.SessionId);
        await EndAsync(transaction, new(row.SessionId), "other_user", context, now, ct);
        return null;
    }

    private static Field HintField(SessionId id) => new("sessions", id.ToString(), "upstream_hint");

    private sealed record FormerRow(Guid SessionId, Guid UserId);

    private sealed record EndedRow(Guid UserId, Guid? ConnectionId, byte[]? UpstreamHint, string[] Applications);

    private record Row(
        Guid SessionId,
        Guid UserId,
        string Evidence,
        DateTimeOffset AuthenticatedAt,
        DateTimeOffset IdleExpiresAt,
        DateTimeOffset AbsoluteExpiresAt
    )
    {
        public Session ToSession(OrganizationId organization) =>
            new(
                organization,
                new(SessionId),
                new(UserId),
                JsonSerializer.Deserialize(Evidence, SessionJson.Default.Evidence)!,
                AuthenticatedAt,
                IdleExpiresAt,
                AbsoluteExpiresAt
            );
    }

    private sealed record LiveRow(
        Guid SessionId,
        Guid UserId,
        string Evidence,
        DateTimeOffset AuthenticatedAt,
        DateTimeOffset IdleExpiresAt,
        DateTimeOffset AbsoluteExpiresAt,
        string Subject,
        string OrganizationName,
        string UserName,
        string? DisplayName,
        string[] Channels
    ) : Row(SessionId, UserId, Evidence, AuthenticatedAt, IdleExpiresAt, AbsoluteExpiresAt)
    {
        public LiveSession ToLive(OrganizationId organization) =>
            new(ToSession(organization), Subject, OrganizationName, UserName, DisplayName, Channels);
    }
}

/// <summary>A session just made or renewed.</summary>
public sealed record BegunSession(Session Session, Handle Cookie, Written Written)
{
    /// <summary>Whether there is a session indeed: false where a block, or the organization's end, came in between. Asked before the commit.</summary>
    public async Task<bool> HoldsAsync(Transaction transaction, CancellationToken ct)
    {
        if (Written.Rows < 0) // nothing has travelled since
            await transaction.FlushAsync(ct);
        return Written.Rows == 1;
    }
}

/// <summary>What is left of an ended session: where to go on signing out.</summary>
/// <param name="Applications">The clients that took part in it.</param>
public sealed record EndedSession(ConnectionId? Connection, string? LoginHint, IReadOnlyList<string> Applications);
