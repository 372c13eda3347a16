using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.SignIn.Records;

/// <summary>Past sign-ins counted by the hour, so that an overview of weeks does not read each of them: minutes that are over are added once, when somebody first asks.</summary>
public sealed class SignInHours(Database database, TimeProvider clock)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);
    private static readonly TimeSpan Reach = TimeSpan.FromDays(31);

    /// <summary>A sign-in is dated when it is decided and seen when it is committed; by then that is over.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(2);

    private const string Until = "SELECT until FROM sign_in_counts WHERE organization_id = @organization";

    /// <summary>
    /// Rows (hour, decision, reason, count) of the time that <see cref="BetweenAsync"/> gave the parameters for; both ends are hours. Until when is
    /// counted is read by the same statement: somebody may be counting on.
    /// </summary>
    internal const string Counted = $"""
        SELECT hour, decision, reason, count FROM sign_in_hours
         WHERE organization_id = @organization AND hour >= @from AND hour < @until
        UNION ALL
        SELECT date_trunc('hour', at, 'UTC'), decision, reason, count(*)::integer FROM sign_ins
         WHERE organization_id = @organization AND at >= greatest(@from, ({Until})) AND at < @until GROUP BY 1, 2, 3
        """;

    /// <summary>Counts what is over, and gives the parameters of <see cref="Counted"/>.</summary>
    internal async Task<object> BetweenAsync(OrganizationId organization, DateTimeOffset from, DateTimeOffset until, CancellationToken ct)
    {
        await CountAsync(organization, ct);
        return new { from, until };
    }

    /// <summary>The hour of an instant: what is counted for the first time begins with a whole one.</summary>
    private static DateTimeOffset HourOf(DateTimeOffset at) => new(at.Ticks / TimeSpan.TicksPerHour * TimeSpan.TicksPerHour, TimeSpan.Zero);

    private async Task CountAsync(OrganizationId organization, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var over = new DateTimeOffset((now - Settled).Ticks / Minute.Ticks * Minute.Ticks, TimeSpan.Zero);
        if (await database.In(organization).FirstAsync<DateTimeOffset?>(Until, null, ct) >= over)
            return;

        await using var tx = await database.BeginAsync(organization, ct);
        await tx.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtextextended('sign_in_hours:' || @organization::text, 0))", null, ct);
        var known = await tx.FirstAsync<DateTimeOffset?>(Until, null, ct);
        if (known >= over)
            return; // somebody else has counted meanwhile
        await tx.ExecuteAsync(
            """
            INSERT INTO sign_in_hours (organization_id, hour, decision, reason, count)
            SELECT @organization, date_trunc('hour', at, 'UTC'), decision, reason, count(*) FROM sign_ins
             WHERE organization_id = @organization AND at >= @from AND at < @over GROUP BY 2, 3, 4
            ON CONFLICT (organization_id, hour, decision, reason) DO UPDATE SET count = sign_in_hours.count + excluded.count
            """,
            new { from = known ?? HourOf(over - Reach), over },
            ct
        );
        await tx.ExecuteAsync(
            """
            INSERT INTO sign_in_counts (organization_id, until) VALUES (@organization, @over)
            ON CONFLICT (organization_id) DO UPDATE SET until = excluded.until
            """,
            new { over },
            ct
        );
        await tx.ExecuteAsync(
            "DELETE FROM sign_in_hours WHERE organization_id = @organization AND hour < @before",
            new { before = now - Kept },
            ct
        );
        await tx.CommitAsync(ct);
    }
}
