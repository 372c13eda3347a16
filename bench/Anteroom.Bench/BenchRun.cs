using System.Diagnostics;
using System.Globalization;
using Anteroom.Bench.Measuring;
using Anteroom.Bench.Report;
using Anteroom.Bench.Scenarios;
using Anteroom.Bench.Stage;

namespace Anteroom.Bench;

/// <summary>One run: rounds of all chosen scenarios, one after the other, then starts and memory.</summary>
internal sealed class BenchRun(BenchOptions options, TimeProvider clock, TextWriter progress)
{
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(3);

    /// <summary>Of two slices one after the other: above it, what still changes is the machine.</summary>
    private const double Settled = 0.95;

    public async Task<Findings> RunAsync(CancellationToken ct)
    {
        var began = clock.GetUtcNow();
        await progress.WriteLineAsync("Starting Anteroom, the floor and the limits ...");
        await using var stage = await BenchStage.StartAsync(clock, options.Pin, ct);

        var scenarios =
            options.Chosen.Count > 0 && options.Chosen.All(name => name is AllScenarios.ColdStart or AtSize.Name)
                ? []
                : AllScenarios.Choose(options.Chosen);
        Dictionary<string, List<Sample>> samples = [];
        // The first round is not counted: until the compiler has seen every path often, it compiles on the same cores (a quarter of the
        // server's time in the first half minute of sign-ins), and the databases plan for empty tables.
        for (var round = 0; round <= options.Repetitions; round++)
        {
            if (round == 1)
                await stage.AnalyzeAsync(ct);
            foreach (var scenario in scenarios)
            {
                var sample = await (round > 0 ? MeasureAsync(stage, scenario, options.Measured, ct) : SettleAsync(stage, scenario, ct));
                if (!samples.TryGetValue(scenario.Name, out var known))
                    samples[scenario.Name] = known = [];
                if (round > 0)
                    known.Add(sample);
                await progress.WriteLineAsync(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{(round == 0 ? "warm-up" : $"round {round}"), -8} {scenario.Name, -20} {sample.PerSecond, 8:0} /s  p50 {sample.P50, 7:0.00} ms  CPU {sample.Cpu, 6:0.000} ms"
                    )
                );
            }
        }
        var loaded = ProcessTree.ResidentMegabytes(stage.Anteroom.Target.Process);

        ColdStart? ours = null;
        ColdStart? floor = null;
        if (options.Chosen.Count == 0 || options.Chosen.Contains(AllScenarios.ColdStart))
        {
            await progress.WriteLineAsync("Cold starts ...");
            List<ColdStart> ourStarts = [];
            List<ColdStart> floorStarts = [];
            for (var round = 0; round < options.Repetitions; round++)
            {
                ourStarts.Add(await StartColdAsync(stage, floor: false, ct));
                floorStarts.Add(await StartColdAsync(stage, floor: true, ct));
            }
            (ours, floor) = (ColdStart.Median(ourStarts), ColdStart.Median(floorStarts));
        }

        return new(
            began,
            await Machine.ReadAsync(stage.PostgresVersion, ct),
            options,
            [.. scenarios.Select(scenario => new Row(scenario, [.. samples[scenario.Name]]))],
            ours,
            floor,
            scenarios.Count > 0 ? loaded : null
        )
        {
            Size = options.Publish || options.Chosen.Contains(AtSize.Name) ? await FillAsync(stage, ct) : null,
        };
    }

    /// <summary>Pages among ten thousand organizations and a million people; and the sign-in there, in turn with one in an installation that has just begun.</summary>
    private async Task<SizeFindings> FillAsync(BenchStage stage, CancellationToken ct)
    {
        var pages = await AtSize.RunAsync(stage, progress, ct);
        var signIn = AllScenarios.Choose([AllScenarios.SignIn])[0];
        await progress.WriteLineAsync("Starting an installation with few people beside it ...");
        await using var few = await BenchStage.StartAsync(clock, options.Pin, ct);
        await SettleAsync(few, signIn, ct);
        await few.AnalyzeAsync(ct);
        await SettleAsync(stage, signIn, ct);
        var scans = await stage.SequentialScansAsync(ct);
        List<Sample> among = [];
        List<Sample> alone = [];
        for (var round = 0; round < options.Repetitions; round++)
        {
            among.Add(await MeasureAsync(stage, signIn, options.Measured, ct));
            alone.Add(await MeasureAsync(few, signIn, options.Measured, ct));
        }
        return new(pages, Sample.Median(among), Sample.Median(alone), await stage.SequentialScansAsync(ct) - scans);
    }

    private async Task<Sample> SettleAsync(BenchStage stage, Scenario scenario, CancellationToken ct)
    {
        var sample = await MeasureAsync(stage, scenario, BenchOptions.Slice, ct);
        for (var slice = 1; slice < BenchOptions.MostSlices; slice++)
        {
            var before = sample;
            sample = await MeasureAsync(stage, scenario, BenchOptions.Slice, ct);
            if (sample.Cpu > before.Cpu * Settled)
                break;
        }
        return sample;
    }

    private async Task<Sample> MeasureAsync(BenchStage stage, Scenario scenario, TimeSpan measured, CancellationToken ct)
    {
        var count = scenario.Alone ? 1 : options.Browsers;
        var clients = await Task.WhenAll(Enumerable.Range(0, count).Select(number => scenario.PrepareAsync(stage, number)));
        var target = scenario.TargetOf(stage);
        return await ClosedLoop.RunAsync(clients, BenchOptions.WarmUp, measured, () => BenchStage.UsageAsync(target), ct);
    }

    /// <summary>From the start of the process to its first whole answer to a browser that wants to sign in; then a while of nothing.</summary>
    private static async Task<ColdStart> StartColdAsync(BenchStage stage, bool floor, CancellationToken ct)
    {
        var began = Stopwatch.GetTimestamp();
        var (child, address) = await stage.StartNodeAsync(floor, ct);
        await using (child)
        {
            var own = floor ? stage.Floor : stage.Anteroom;
            var client = own with
            {
                Authorize = own.Authorize.Replace(own.Target.Address, address, StringComparison.Ordinal),
                Target = own.Target with { Address = address },
            };
            while (await stage.StatusAsync(address + "/health/live", ct) is null)
            {
                if (child.Ended.IsCompleted)
                    throw new BenchException(child.Failure().Sentence);
                await Task.Delay(5, ct);
            }
            var application = new Application(client, stage.Http);
            await (floor ? application.OpenProviderAsync() : application.OpenSignInPageAsync());
            var milliseconds = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            await Task.Delay(IdleTime, ct);
            return new(milliseconds, ProcessTree.ResidentMegabytes(child.Id));
        }
    }
}
