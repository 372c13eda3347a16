using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Platform.Jobs;

/// <summary>Deletes what has expired, in small batches, organization by organization (SEC-362).</summary>
/// <remarks>Rows outlive their time by a margin, so that a clock which steps back by ten minutes finds them still there (SEC-342).</remarks>
internal sealed class Purge(Database.Database database, TimeProvider clock) : IJobHandler
{
    public const string JobKind = "platform.purge";

    private const int Batch = 1000;

    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(15);

    public string Kind => JobKind;

    // Table, what is kept of it, and how long after its end.
    private static readonly (string Table, string Expired, TimeSpan Keep)[] OfOrganizations =
    [
        ("consumed", "expires_at < @before", TimeSpan.Zero),
        ("stored_requests", "expires_at < @before", TimeSpan.Zero),
        ("passkey_challenges", "expires_at < @before", TimeSpan.Zero),
        // A code presented again within a day is still recognised as a replay.
        ("authorization_codes", "expires_at < @before", TimeSpan.FromDays(1)),
        ("refresh_tokens", "least(idle_expires_at, absolute_expires_at) < @before", TimeSpan.FromDays(1)),
        // As codes: one that comes again within a day is recognised, and a device that slept learns that it is late.
        ("device_authorizations", "expires_at < @before", TimeSpan.FromDays(1)),
        // As long as an event can come again, it is known that it was told; none waits longer than seven days.
        ("mails", "created_at < @before", TimeSpan.FromDays(60)),
        ("one_time_links", "expires_at < @before", TimeSpan.FromDays(30)),
        ("password_links", "expires_at < @before", TimeSpan.FromDays(30)),
        ("recovery_requests", "created_at < @before", TimeSpan.FromDays(1)),
        // What counts against an account that somebody has is kept until a password was right, so that slow guessing has an end too.
        ("password_tries", "tried_at < @before AND (scope <> 'account' OR user_id IS NULL)", TimeSpan.FromDays(7)),
        (
            "grants",
            """
            created_at < @before
            AND NOT EXISTS (SELECT FROM authorization_codes c WHERE c.organization_id = @organization AND c.grant_id = victim.grant_id)
            AND NOT EXISTS (SELECT FROM refresh_tokens r WHERE r.organization_id = @organization AND r.grant_id = victim.grant_id)
            AND NOT EXISTS (SELECT FROM sessions s WHERE s.organization_id = @organization AND s.session_id = victim.session_id)
            """,
            TimeSpan.FromDays(1)
        ),
        // Two transactions may tell the same name twice rather than wait for one another; the newest row counts.
        (
            "audit_names",
            """
            EXISTS (SELECT FROM audit_names newer
                     WHERE newer.organization_id = @organization AND newer.id = victim.id AND newer.number > victim.number)
            """,
            TimeSpan.Zero
        ),
        // A session without a row counts as signed out, so one whose applications still refresh tokens stays.
        (
            "sessions",
            """
            absolute_expires_at < @before
            AND NOT EXISTS (SELECT FROM grants g JOIN refresh_tokens r ON r.organization_id = g.organization_id AND r.grant_id = g.grant_id
                             WHERE g.organization_id = @organization AND g.session_id = victim.session_id AND g.revoked_at IS NULL
                               AND least(r.idle_expires_at, r.absolute_expires_at) >= @before)
            """,
            TimeSpan.Zero
        ),
    ];

    private static readonly (string Table, string Expired, TimeSpan Keep)[] OfTheInstallation =
    [
        ("jobs", "done_at < @before", TimeSpan.FromDays(7)),
        ("outbox", "done_at < @before", TimeSpan.FromDays(30)),
        // As long as an application may refresh on a session, so that a sign-out at the provider finds it.
        ("shared_sessions", "expires_at < @before", TimeSpan.FromDays(90)),
        ("nodes", "seen_at < @before", TimeSpan.FromDays(1)),
    ];

    public async Task RunAsync(Job job, CancellationToken ct)
    {
        foreach (var (table, expired, keep) in OfTheInstallation)
            await DeleteAsync(database.OutsideOrganizations, table, expired, keep, "true", ct);
        await foreach (var organization in EveryOrganization.ListAsync(database, ct))
        foreach (var (table, expired, keep) in OfOrganizations)
            await DeleteAsync(database.In(organization), table, expired, keep, "organization_id = @organization", ct);
    }

    private async Task DeleteAsync(Scope scope, string table, string expired, TimeSpan keep, string within, CancellationToken ct)
    {
        var before = clock.GetUtcNow() - keep - Margin;
        var sql = $"""
            DELETE FROM {table} WHERE ctid = ANY(ARRAY(
                SELECT victim.ctid FROM {table} victim WHERE {within} AND {expired} LIMIT {Batch}))
            """;
        while (await scope.ExecuteAsync(sql, new { before }, ct) >= Batch)
            ct.ThrowIfCancellationRequested();
    }
}
