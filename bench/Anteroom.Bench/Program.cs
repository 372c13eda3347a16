using Anteroom.Bench.Limits;
using Anteroom.Bench.Report;
using Anteroom.Bench.Scenarios;
using Anteroom.DevHost;

namespace Anteroom.Bench;

/// <summary>What <c>./anteroom bench</c> runs; also the programs that it compares with. Exit code 1 with one sentence on standard error.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["floor", var address, var upstream, var database]:
                await FloorProgram.RunAsync(address, upstream, database, TimeProvider.System);
                return 0;
            case ["limits", var address, var database]:
                await LimitsProgram.RunAsync(address, database, TimeProvider.System);
                return 0;
            default:
                return await MeasureAsync(args);
        }
    }

    private static async Task<int> MeasureAsync(string[] args)
    {
        if (!BenchOptions.Parse(args, AllScenarios.Names).TryGet(out var options, out var wrong))
            return await FailAsync(wrong);

        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stop.Cancel();
        };
        try
        {
            var results = await new BenchRun(options, TimeProvider.System, Console.Error).RunAsync(stop.Token);
            await Console.Out.WriteLineAsync(ReportText.Tables(results));
            if (options.Publish)
                await File.WriteAllTextAsync(Path.Combine(Repository.Root, "bench", "README.md"), ReportText.Page(results), stop.Token);
            return 0;
        }
        catch (BenchException e)
        {
            return await FailAsync(e.Message);
        }
        catch (DemoException e)
        {
            return await FailAsync(e.Failure.Sentence);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 1;
        }
    }

    private static async Task<int> FailAsync(string sentence)
    {
        await Console.Error.WriteLineAsync(sentence);
        return 1;
    }
}
