using System.Globalization;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Bench;

/// <summary>The command line of <c>./anteroom bench</c>.</summary>
/// <param name="Chosen">Names of scenarios, or beginnings of them; none means all.</param>
/// <param name="Repetitions">How often each scenario is measured, one round after the other: 1 to 50.</param>
/// <param name="Measured">How long each measurement lasts: 1 to 600 seconds.</param>
/// <param name="Browsers">How many clients at once: 1 to 256.</param>
/// <param name="Pin">Ties the measured server to the first core and the load to the last.</param>
/// <param name="Publish">Writes the report to <c>bench/README.md</c>.</param>
internal sealed record BenchOptions(IReadOnlyList<string> Chosen, int Repetitions, TimeSpan Measured, int Browsers, bool Pin, bool Publish)
{
    public const string Usage = "./anteroom bench [scenario ...] [--repetitions N] [--seconds N] [--browsers N] [--pin] [--publish]";

    public static TimeSpan WarmUp => TimeSpan.FromSeconds(1.5);

    /// <summary>The round that does not count runs each scenario in slices of this length, until one is hardly cheaper than the slice before.</summary>
    public static TimeSpan Slice => TimeSpan.FromSeconds(8);

    public const int MostSlices = 6;

    public static Result<BenchOptions, string> Parse(IReadOnlyList<string> args, IReadOnlyList<string> scenarios)
    {
        List<string> chosen = [];
        var options = new BenchOptions(chosen, Repetitions: 3, TimeSpan.FromSeconds(4), Browsers: 8, Pin: false, Publish: false);
        for (var i = 0; i < args.Count; i++)
        {
            switch (args[i])
            {
                case "--pin":
                    options = options with { Pin = true };
                    break;
                case "--publish":
                    options = options with { Publish = true };
                    break;
                case "--repetitions" when Number(50) is { } repetitions:
                    options = options with { Repetitions = repetitions };
                    break;
                case "--seconds" when Number(600) is { } seconds:
                    options = options with { Measured = TimeSpan.FromSeconds(seconds) };
                    break;
                case "--browsers" when Number(256) is { } browsers:
                    options = options with { Browsers = browsers };
                    break;
                case var name when scenarios.Contains(name):
                    chosen.Add(name);
                    break;
                default:
                    return $"'{args[i]}' is not understood: {Usage}. Scenarios: {string.Join(", ", scenarios)}.";
            }

            int? Number(int most) =>
                i + 1 < args.Count
                && int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number >= 1
                && number <= most
                && i++ < args.Count
                    ? number
                    : null;
        }
        if (options.Publish && chosen.Count > 0)
            return "--publish needs all scenarios: leave their names out.";
        return options;
    }
}
