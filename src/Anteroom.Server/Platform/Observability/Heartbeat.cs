using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Platform.Observability;

/// <summary>Tells the others every ten seconds that this node lives, and takes its row away when it stops in order.</summary>
internal sealed class Heartbeat(Database.Database database, TimeProvider clock, ILogger<Heartbeat> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private readonly Guid _node = Identifiers.NewUuid(clock);
    private readonly DateTimeOffset _started = clock.GetUtcNow();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        try
        {
            do await TryAsync(() => BeatAsync(stoppingToken));
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await TryAsync(() =>
                database.OutsideOrganizations.ExecuteAsync(
                    "DELETE FROM nodes WHERE node_id = @node",
                    new { node = _node },
                    CancellationToken.None
                )
            );
        }
    }

    internal Task<int> BeatAsync(CancellationToken ct) =>
        database.OutsideOrganizations.ExecuteAsync(
            """
            INSERT INTO nodes (node_id, name, version, started_at, seen_at) VALUES (@node, @name, @version, @started, @now)
            ON CONFLICT (node_id) DO UPDATE SET seen_at = excluded.seen_at
            """,
            new
            {
                node = _node,
                name = Environment.MachineName,
                version = TelemetryResource.Version,
                started = _started,
                now = clock.GetUtcNow(),
            },
            ct
        );

    private async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (Pool.IsOutOfReach(e))
        {
            log.HeartbeatMissed(e);
        }
    }
}
