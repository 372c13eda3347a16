using Anteroom.Bench.Measuring;
using Anteroom.Bench.Scenarios;

namespace Anteroom.Bench.Report;

/// <summary>What one run has found.</summary>
/// <param name="Ours">How Anteroom starts; null when it was not asked for, as the next two.</param>
/// <param name="LoadedMegabytes">Anteroom's memory when all scenarios were through.</param>
internal sealed record Findings(
    DateTimeOffset At,
    Machine Machine,
    BenchOptions Options,
    IReadOnlyList<Row> Rows,
    ColdStart? Ours,
    ColdStart? Floor,
    double? LoadedMegabytes
)
{
    /// <summary>Null where it was asked for neither by name nor to be published: filling the database takes minutes.</summary>
    public SizeFindings? Size { get; init; }

    public Row? Find(string name) => Rows.FirstOrDefault(row => row.Scenario.Name == name);
}

/// <summary>All rounds of one scenario.</summary>
internal sealed record Row(Scenario Scenario, IReadOnlyList<Sample> Samples)
{
    public Sample Median { get; } = Sample.Median(Samples);
}

/// <param name="Milliseconds">From the start of the process to the first answer.</param>
/// <param name="IdleMegabytes">Resident memory three seconds later.</param>
internal sealed record ColdStart(double Milliseconds, double IdleMegabytes)
{
    public static ColdStart Median(IReadOnlyCollection<ColdStart> starts) =>
        new(
            Percentiles.Median(starts.Select(start => start.Milliseconds)),
            Percentiles.Median(starts.Select(start => start.IdleMegabytes))
        );
}
