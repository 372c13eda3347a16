using System.Globalization;
using System.Text;

namespace Anteroom.Bench.Report;

/// <summary>The results as Markdown, for the terminal and for <c>bench/README.md</c>.</summary>
internal static class ReportText
{
    public static string Tables(Findings results)
    {
        var text = new StringBuilder();
        if (results.Rows.Count > 0)
            WriteScenarios(text, results);
        if (results is { Ours: { } ours, Floor: { } floor })
            Line(
                text,
                $"""

                Cold start to the first answer, database running: Anteroom {ours.Milliseconds:0} ms, floor {floor.Milliseconds:0} ms.
                Resident memory three seconds later: Anteroom {ours.IdleMegabytes:0} MB, floor {floor.IdleMegabytes:0} MB.
                """
            );
        if (results.LoadedMegabytes is { } loaded)
            Line(text, $"Resident memory of Anteroom after all scenarios: {loaded:0} MB.");
        if (results.Size is { } size)
            WriteSize(text, size);
        if (Goals.Of(results) is { Count: > 0 } goals)
            WriteGoals(text, goals);
        return text.ToString();
    }

    /// <summary>The whole page.</summary>
    public static string Page(Findings results)
    {
        var text = new StringBuilder();
        Line(
            text,
            $"""
            # What Anteroom costs

            `./anteroom bench` measures this on your machine and `./anteroom bench --publish` writes this page. What counts is the **ratio within one
            run**: absolute figures move with the machine and its neighbours. CPU per operation is steadier than the rate.

            {results.At:yyyy-MM-dd HH:mm} UTC. Anteroom {results.Machine.Anteroom} ({results.Machine.Commit}), {results.Machine.Runtime}, PostgreSQL {results.Machine.Postgres}, {results.Machine.System}, {results.Machine.Processor}, {results.Machine.Cores} cores, {results.Machine.MemoryGigabytes} GB.
            {results.Options.Browsers} browsers in a closed loop ({Alone}: one), {results.Options.Repetitions} interleaved rounds of {results.Options.Measured.TotalSeconds:0} s after a round that does not count and lasts until an operation gets no cheaper, each after {BenchOptions.WarmUp.TotalSeconds:0.0} s of warm-up, medians; {(
                results.Options.Pin ? "server on the first core, load on the last" : "nothing pinned"
            )}.

            """
        );
        text.Append(Tables(results));
        text.Append(Method);
        WriteReasons(text, results);
        return text.ToString();
    }

    private const string Alone = "`…-alone`";

    private const string Method = """

        ## How it is measured

        - Anteroom runs as in production: Release build, its own process, PostgreSQL with durable commits, all policy, audit and sign-in records on,
          its logs written. Only the limits for requests of one network are raised, because all load comes from one.
        - The provider is one that keeps nothing and runs inside the load driver, over plain http. Its sign-in page is no request at all. Its CPU and the
          driver's count for nobody, but they share the machine: rates would be higher without them.
        - **The floor** is the least that a brokered sign-in can cost in .NET (`Limits/FloorProgram.cs`): bare Kestrel, the same provider, RS256 checked, PKCE
          both ways, two ES256 tokens, and two durable commits. No accounts, no policy, no audit. It is no server that one could use.
        - CPU is read from `/proc`: the server's process, and PostgreSQL with all its processes. *Written* counts transactions that wrote, from PostgreSQL's
          transaction ids; work that Anteroom does now and then in the background is in it.
        - A failed operation ends the run: there are no errors in these figures.
        - First sign-ins make a new account each and are compared with the floor's ordinary sign-in, which makes none.
        - Anteroom is compiled ahead, as `./anteroom serve` runs it; the floor and the limits are not.
        - *MB* is the resident memory of the measured server at the end of each scenario, in the order of the table.
        """;

    private static void WriteScenarios(StringBuilder text, Findings results)
    {
        Line(
            text,
            $"""
            | Scenario | What | per second | p50 ms | p95 ms | p99 ms | CPU server ms | CPU database ms | CPU ms | written | MB | CPU compared |
            |---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|
            """
        );
        foreach (var row in results.Rows)
        {
            var median = row.Median;
            var compared =
                row.Scenario.ComparedWith is { } name && results.Find(name) is { } other
                    ? string.Create(CultureInfo.InvariantCulture, $"{median.Cpu / other.Median.Cpu:0.0} × {name}")
                    : "";
            Line(
                text,
                $"| {row.Scenario.Name} | {row.Scenario.What} | {median.PerSecond:0} | {median.P50:0.00} | {median.P95:0.00} | {median.P99:0.00} | {median.ServerCpu:0.000} | {median.DatabaseCpu:0.000} | {median.Cpu:0.000} | {median.WritingTransactions:0.0} | {median.Megabytes:0} | {compared} |"
            );
        }
    }

    private static void WriteSize(StringBuilder text, SizeFindings size)
    {
        Line(
            text,
            $"""

            Among 10,000 organizations with 30,000 connections, one of them with 1,000,000 people, 1,000,000 sign-ins and as many rows of its trail; one browser:

            | Page | p50 ms | p95 ms | p99 ms | kB |
            |---|--:|--:|--:|--:|
            """
        );
        foreach (var row in size.Pages.Rows)
            Line(text, $"| {row.What} | {row.P50:0.0} | {row.P95:0.0} | {row.P99:0.0} | {row.Kilobytes:0} |");
        Line(text, $"\nResident memory of Anteroom: {size.Pages.Before:0} MB before, {size.Pages.After:0} MB after.");
        Line(
            text,
            $"A brokered sign-in there: {size.Among.Cpu:0.000} ms of CPU, of which PostgreSQL {size.Among.DatabaseCpu:0.000} ms; in turn with it, in an installation with fifty people: {size.Alone.Cpu:0.000} ms, {size.Alone.DatabaseCpu:0.000} ms."
        );
    }

    private static void WriteGoals(StringBuilder text, IReadOnlyList<Goal> goals)
    {
        Line(
            text,
            $"""

            | Goal | at most | found | reached |
            |---|--:|--:|---|
            """
        );
        foreach (var goal in goals)
            Line(text, $"| {goal.What} | {goal.Text(goal.Wanted)} | {goal.Text(goal.Found)} | {(goal.IsReached ? "yes" : "**no**")} |");
    }

    private static void WriteReasons(StringBuilder text, Findings results)
    {
        var missed = Goals.Of(results).Where(goal => !goal.IsReached).ToList();
        if (missed.Count == 0)
            return;
        Line(text, $"\n\n## Where a goal is missed\n");
        foreach (var goal in missed)
        {
            var reason = Reasons.Of(goal.What) ?? throw new BenchException($"Nothing says why this goal is missed: {goal.What}.");
            Line(text, $"- **{goal.What}** ({goal.Text(goal.Found)} for {goal.Text(goal.Wanted)}). {reason}");
        }
    }

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
