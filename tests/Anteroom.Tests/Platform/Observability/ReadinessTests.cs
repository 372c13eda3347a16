using Anteroom.Server.Platform.Observability;
using Npgsql;

namespace Anteroom.Tests.Platform.Observability;

public sealed class ReadinessTests : IAsyncLifetime
{
    private GroundScenario _ground = null!;

    public async ValueTask InitializeAsync() => _ground = await GroundScenario.CreateAsync();

    public ValueTask DisposeAsync() => _ground.DisposeAsync();

    [Theory]
    [Trait("Security", "SEC-342")]
    [InlineData(0, true)]
    [InlineData(25, true)]
    [InlineData(-25, true)]
    [InlineData(35, false)]
    [InlineData(-35, false)]
    public async Task A_node_whose_clock_is_off_by_more_than_thirty_seconds_is_unready(int seconds, bool ready)
    {
        _ground.Clock.Set(TimeProvider.System.GetUtcNow().AddSeconds(seconds));
        using var readiness = new Readiness(_ground.Source, _ground.Clock);
        var report = await readiness.CheckAsync(default);
        Assert.Equal((true, true, ready, ready), (report.Database, report.Schema, report.Clock, report.IsReady));
    }

    [Fact]
    [Trait("Security", "SEC-346")]
    public async Task A_node_without_database_is_unready_within_three_seconds_and_ready_again_without_restart()
    {
        var settings = new NpgsqlConnectionStringBuilder(_ground.AppConnectionString) { Host = "/nowhere" };
        await using var source = NpgsqlDataSource.Create(settings.ConnectionString);
        using var readiness = new Readiness(source, _ground.Clock);
        var started = TimeProvider.System.GetTimestamp();
        Assert.False((await readiness.CheckAsync(default)).IsReady);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(3));

        using var back = new Readiness(_ground.Source, _ground.Clock);
        await _ground.Database.OutsideOrganizations.ExecuteAsync(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
            null,
            default
        );
        await GroundScenario.EventuallyAsync(
            async () =>
            {
                _ground.Clock.Advance(TimeSpan.FromMilliseconds(1));
                return (await back.CheckAsync(default)).IsReady;
            },
            "the node is ready again"
        );
    }
}
