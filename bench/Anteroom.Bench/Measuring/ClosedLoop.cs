using System.Diagnostics;

namespace Anteroom.Bench.Measuring;

/// <summary>What was used up to a moment, and the memory that is used then.</summary>
internal readonly record struct Usage(double ServerCpu, double DatabaseCpu, long WritingTransactions, double Megabytes);

/// <summary>A fixed number of clients, each of which begins its next operation when the last one has ended.</summary>
internal static class ClosedLoop
{
    /// <param name="clients">One operation each. A failed operation ends the run: a figure with errors in it means nothing.</param>
    public static async Task<Sample> RunAsync(
        IReadOnlyList<Func<Task>> clients,
        TimeSpan warmUp,
        TimeSpan measured,
        Func<Task<Usage>> usage,
        CancellationToken ct
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var phase = new Phase();
        var running = clients.Select(client => Task.Run(() => RepeatAsync(client, phase, stop.Token), CancellationToken.None)).ToList();
        try
        {
            await DelayAsync(warmUp);
            var before = await usage();
            var began = Stopwatch.GetTimestamp();
            phase.Begin();
            await DelayAsync(measured);
            phase.End();
            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            var after = await usage();

            await stop.CancelAsync();
            double[] latencies = [.. (await Task.WhenAll(running)).SelectMany(client => client).Order()];
            if (latencies.Length == 0)
                throw new BenchException("No operation ended in the measured time: measure longer with --seconds N.");
            return new(
                latencies.Length / seconds,
                Percentiles.Of(latencies, 50),
                Percentiles.Of(latencies, 95),
                Percentiles.Of(latencies, 99),
                (after.ServerCpu - before.ServerCpu) / latencies.Length,
                (after.DatabaseCpu - before.DatabaseCpu) / latencies.Length,
                (double)(after.WritingTransactions - before.WritingTransactions) / latencies.Length,
                after.Megabytes
            );
        }
        finally
        {
            await stop.CancelAsync();
        }

        async Task DelayAsync(TimeSpan time)
        {
            var over = Task.Delay(time, ct);
            var first = await Task.WhenAny([over, .. running]);
            await first; // a client that has ended has failed
        }
    }

    private static async Task<List<double>> RepeatAsync(Func<Task> operation, Phase phase, CancellationToken stop)
    {
        List<double> latencies = new(1 << 14);
        while (!stop.IsCancellationRequested)
        {
            var began = Stopwatch.GetTimestamp();
            await operation();
            if (phase.IsNow)
                latencies.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
        return latencies;
    }

    /// <summary>An operation counts when it ends in the measured time. One that began before it stands for the one that is cut off at its end.</summary>
    private sealed class Phase
    {
        private volatile bool _measuring;

        public void Begin() => _measuring = true;

        public void End() => _measuring = false;

        public bool IsNow => _measuring;
    }
}
