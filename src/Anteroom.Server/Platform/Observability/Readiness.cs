using Anteroom.Server.Platform.Database;
using Npgsql;

namespace Anteroom.Server.Platform.Observability;

/// <summary>What stands between this node and requests; null members are in order.</summary>
/// <param name="Database">Reachable within two seconds.</param>
/// <param name="Schema">One that this program can serve.</param>
/// <param name="Clock">Within 30 s of the database's (SEC-342).</param>
public sealed record ReadinessReport(bool Database, bool Schema, bool Clock)
{
    public bool IsReady => Database && Schema && Clock;
}

/// <summary>Whether this node should get requests. Asked often by balancers, so that one answer counts for a second.</summary>
public sealed class Readiness(NpgsqlDataSource source, TimeProvider clock) : IDisposable
{
    public static TimeSpan MaxClockDifference { get; } = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AnswerCounts = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _one = new(1, 1);
    private (ReadinessReport Report, long At)? _last;

    public async Task<ReadinessReport> CheckAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            if (_last is { } last && clock.GetElapsedTime(last.At) < AnswerCounts)
                return last.Report;
            var report = await AskAsync(ct);
            _last = (report, clock.GetTimestamp());
            return report;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<ReadinessReport> AskAsync(CancellationToken ct)
    {
        // Real time, whatever clock the rest lives by: this is about a machine that answers or does not.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            await using var connection = await source.TakeAsync(patience.Token);
            await using var command = new NpgsqlCommand("SELECT clock_timestamp()", connection);
            var database = new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(patience.Token))!, TimeSpan.Zero);
            var schema = await Migrator.CheckAsync(source, patience.Token) is null;
            return new(true, schema, (database - clock.GetUtcNow()).Duration() <= MaxClockDifference);
        }
        catch (Exception e) when (Pool.IsOutOfReach(e) || e is OperationCanceledException && !ct.IsCancellationRequested)
        {
            return new(false, false, false);
        }
    }

    public void Dispose() => _one.Dispose();
}
