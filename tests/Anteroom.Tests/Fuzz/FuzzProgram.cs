using System.Globalization;

namespace Anteroom.Tests.Fuzz;

/// <summary><c>fuzz TARGET [--minutes N] [--keep]</c>: one target, or <c>all</c> of them one after another, for so many minutes each (CONTRIBUTING.md).</summary>
internal static class FuzzProgram
{
    private const string Usage = "fuzz TARGET|all [--minutes N] [--keep]";

    public static async Task<int> RunAsync(string[] args)
    {
        var minutes = 60.0;
        var at = Array.IndexOf(args, "--minutes");
        var isUnderstood =
            args.Length > 0
            && (
                at < 0
                || (at + 1 < args.Length && double.TryParse(args[at + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out minutes))
            );
        List<FuzzTarget> targets = isUnderstood ? [.. FuzzTargets.All.Where(target => args[0] == "all" || args[0] == target.Name)] : [];
        if (targets.Count == 0)
        {
            await System.Console.Error.WriteLineAsync($"{Usage}\n  {string.Join("\n  ", FuzzTargets.All.Select(target => target.Name))}");
            return 2;
        }

        var failed = 0;
        foreach (var target in targets)
        {
            var corpus = new FuzzCorpus(target);
            var fuzzer = new Fuzzer(target, corpus);
            var failure = fuzzer.Run(TimeSpan.FromMinutes(minutes));
            await System.Console.Out.WriteLineAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{target.Name}: {fuzzer.Tried} inputs in {minutes} min, {corpus.Outcomes} ways to end, slowest {fuzzer.Slowest.TotalMilliseconds:F1} ms, most memory {fuzzer.MostAllocated / 1024.0 / 1024:F1} MB"
                )
            );
            if (failure is not null)
            {
                failed++;
                corpus.Keep(failure.Input.Bytes);
                await System.Console.Error.WriteLineAsync(failure.ToString());
            }
            if (args.Contains("--keep"))
                corpus.Save();
        }
        return failed == 0 ? 0 : 1;
    }
}
