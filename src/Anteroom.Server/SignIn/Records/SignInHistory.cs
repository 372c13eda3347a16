using System.Text.Json;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.SignIn.Records;

/// <summary>A past attempt, as far as it is kept (30 days).</summary>
/// <param name="Decision">One of <see cref="SignInRecord"/>'s.</param>
/// <param name="Reason">Why: a reason code where it was refused.</param>
public sealed record PastSignIn(
    DateTimeOffset At,
    string Decision,
    string Reason,
    string? ClientId,
    string? Network,
    string CorrelationId,
    SignInFacts Facts
);

/// <summary>One day's attempts, in UTC.</summary>
public sealed record SignInDay(DateOnly Day, int Admitted, int Created, int Refused);

/// <summary>How often a cause refused somebody.</summary>
public sealed record RefusalCount(string Reason, int Count);

/// <summary>Tells of past sign-ins: how many, why not, and what happened to one person.</summary>
public sealed class SignInHistory(Database database, SignInHours hours)
{
    /// <summary>All days from <paramref name="from"/> to <paramref name="until"/>, also those on which nobody came.</summary>
    public async Task<IReadOnlyList<SignInDay>> PerDayAsync(
        OrganizationId organization,
        DateOnly from,
        DateOnly until,
        CancellationToken ct
    )
    {
        var rows = await database
            .In(organization)
            .ListAsync<DayRow>(
                $"""
                SELECT (extract(epoch FROM date_trunc('day', hour, 'UTC')) / 86400)::integer AS day,
                       coalesce(sum(count) FILTER (WHERE decision = 'admitted'), 0)::integer AS admitted,
                       coalesce(sum(count) FILTER (WHERE decision = 'created'), 0)::integer AS created,
                       coalesce(sum(count) FILTER (WHERE decision = 'refused'), 0)::integer AS refused
                  FROM ({SignInHours.Counted}) counted GROUP BY 1
                """,
                await hours.BetweenAsync(organization, Instant(from), Instant(until.AddDays(1)), ct),
                ct
            );
        var byDay = rows.ToDictionary(row => DateOnly.FromDateTime(DateTime.UnixEpoch.AddDays(row.Day)));
        List<SignInDay> days = [];
        for (var day = from; day <= until; day = day.AddDays(1))
            days.Add(byDay.TryGetValue(day, out var row) ? new(day, row.Admitted, row.Created, row.Refused) : new(day, 0, 0, 0));
        return days;
    }

    /// <summary>The most frequent causes on those days, ten at most.</summary>
    public async Task<IReadOnlyList<RefusalCount>> RefusalsAsync(
        OrganizationId organization,
        DateOnly from,
        DateOnly until,
        CancellationToken ct
    )
    {
        var rows = await database
            .In(organization)
            .ListAsync<RefusalRow>(
                $"""
                SELECT reason, sum(count)::integer AS count FROM ({SignInHours.Counted}) counted
                 WHERE decision = 'refused' GROUP BY reason ORDER BY sum(count) DESC, reason LIMIT 10
                """,
                await hours.BetweenAsync(organization, Instant(from), Instant(until.AddDays(1)), ct),
                ct
            );
        return rows.ConvertAll(row => new RefusalCount(row.Reason, row.Count));
    }

    /// <summary>What one person tried lately, newest first.</summary>
    public async Task<IReadOnlyList<PastSignIn>> OfUserAsync(
        OrganizationId organization,
        UserId user,
        DateTimeOffset since,
        int limit,
        CancellationToken ct
    )
    {
        var rows = await database
            .In(organization)
            .ListAsync<Row>(
                """
                SELECT at, decision, reason, client_id, network, correlation_id, facts::text AS facts FROM sign_ins
                 WHERE organization_id = @organization AND user_id = @user AND at >= @since ORDER BY at DESC LIMIT @limit
                """,
                new
                {
                    user = user.Value,
                    since,
                    limit,
                },
                ct
            );
        return rows.ConvertAll(row => new PastSignIn(
            row.At,
            row.Decision,
            row.Reason,
            row.ClientId,
            row.Network,
            row.CorrelationId,
            JsonSerializer.Deserialize(row.Facts, SignInFactsJson.Default.SignInFacts)!
        ));
    }

    private static DateTimeOffset Instant(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    private sealed record DayRow(int Day, int Admitted, int Created, int Refused);

    private sealed record RefusalRow(string Reason, int Count);

    private sealed record Row(
        DateTimeOffset At,
        string Decision,
        string Reason,
        string? ClientId,
        string? Network,
        string CorrelationId,
        string Facts
    );
}
