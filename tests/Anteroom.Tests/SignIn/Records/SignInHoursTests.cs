using Anteroom.Harness;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform;
using Anteroom.Server.SignIn.Records;

namespace Anteroom.Tests.SignIn.Records;

/// <summary>Counts of past sign-ins: whatever was counted before, they are those of the rows.</summary>
public sealed class SignInHoursTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 30, 0, TimeSpan.Zero);
    private static readonly DateOnly Today = DateOnly.FromDateTime(Noon.UtcDateTime);

    private readonly ManualClock _clock = ManualClock.CreateNew();
    private TestDatabase _test = null!;
    private SignInHistory _history = null!;

    public async ValueTask InitializeAsync()
    {
        _test = await TestDatabase.CreateAsync();
        _clock.Offset = Noon - TimeProvider.System.GetUtcNow();
        _history = new(_test.Database, new(_test.Database, _clock));
    }

    public async ValueTask DisposeAsync()
    {
        await _test.DisposeAsync();
        _clock.Dispose();
    }

    [Fact]
    public async Task Counts_hours_that_are_over_once_and_the_rest_each_time()
    {
        await SignInAsync(Noon.AddDays(-13).AddHours(-1), "created", "account_created");
        await SignInAsync(Noon.AddHours(-2), "admitted", "account_known");
        await SignInAsync(Noon.AddMinutes(-10), "refused", "account_blocked");
        Assert.Equal((1, 1, 1), await SumAsync());
        Assert.Equal((1, 1, 1), await SumAsync());

        await SignInAsync(Noon.AddMinutes(-1), "refused", "account_blocked");
        Assert.Equal((1, 1, 2), await SumAsync());
        _clock.Advance(TimeSpan.FromHours(3));
        await SignInAsync(Noon.AddHours(3), "admitted", "account_known");
        Assert.Equal((2, 1, 2), await SumAsync());
        var cause = Assert.Single(await _history.RefusalsAsync(OrganizationId.Platform, Today.AddDays(-13), Today, default));
        Assert.Equal(("account_blocked", 2), (cause.Reason, cause.Count));
    }

    [Fact] // an hour with a hundred thousand sign-ins is not read anew for each overview
    public async Task Adds_each_minute_to_its_hour_once_and_reads_no_row_of_it_again()
    {
        for (var minute = 0; minute < 30; minute++)
        {
            await SignInAsync(Noon.AddMinutes(minute), "admitted", "account_known");
            _clock.Offset = Noon.AddMinutes(minute) - TimeProvider.System.GetUtcNow();
            Assert.Equal((minute + 1, 0, 0), await SumAsync());
        }
        await ExecuteAsync("DELETE FROM sign_ins WHERE organization_id = @organization AND at < @before", Noon.AddMinutes(25));
        Assert.Equal((30, 0, 0), await SumAsync());
    }

    [Fact]
    public async Task Puts_each_day_where_it_belongs_and_leaves_out_what_is_before()
    {
        await SignInAsync(Noon.AddDays(-1), "admitted", "account_known");
        await SignInAsync(Noon.AddDays(-20), "admitted", "account_known");
        var days = await _history.PerDayAsync(OrganizationId.Platform, Today.AddDays(-2), Today, default);
        Assert.Equal([0, 1, 0], days.Select(day => day.Admitted));
    }

    [Fact]
    public async Task Counts_nothing_twice_when_many_ask_at_once()
    {
        for (var minute = 0; minute < 20; minute++)
            await SignInAsync(Noon.AddHours(-5).AddMinutes(-minute), "admitted", "account_known");
        var counts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SumAsync()));
        Assert.All(counts, count => Assert.Equal((20, 0, 0), count));
    }

    private async Task<(int Admitted, int Created, int Refused)> SumAsync()
    {
        var days = await _history.PerDayAsync(OrganizationId.Platform, Today.AddDays(-13), Today, default);
        return (days.Sum(day => day.Admitted), days.Sum(day => day.Created), days.Sum(day => day.Refused));
    }

    private async Task ExecuteAsync(string statement, DateTimeOffset before)
    {
        await using var owner = new Npgsql.NpgsqlConnection(_test.OwnerConnectionString);
        await owner.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand(
            $"SET app.organization = '{OrganizationId.Platform.Value}'; {statement.Replace("@organization", "platform_organization()", StringComparison.Ordinal)}",
            owner
        );
        command.Parameters.AddWithValue("before", before.ToUniversalTime());
        await command.ExecuteNonQueryAsync();
    }

    private async Task SignInAsync(DateTimeOffset at, string decision, string reason) =>
        await _test
            .Database.In(OrganizationId.Platform)
            .ExecuteAsync(
                """
                INSERT INTO sign_ins (organization_id, sign_in_id, at, correlation_id, facts, decision, reason)
                VALUES (@organization, @id, @at, 'c', '{}', @decision, @reason)
                """,
                new
                {
                    id = Identifiers.NewUuid(_clock),
                    at,
                    decision,
                    reason,
                },
                default
            );
}
