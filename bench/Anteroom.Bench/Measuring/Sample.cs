namespace Anteroom.Bench.Measuring;

/// <summary>One measured interval of one scenario.</summary>
/// <param name="PerSecond">Operations finished in a second.</param>
/// <param name="P50">Milliseconds of the middle operation.</param>
/// <param name="ServerCpu">CPU milliseconds of the measured server for one operation.</param>
/// <param name="DatabaseCpu">CPU milliseconds of PostgreSQL for one operation.</param>
/// <param name="WritingTransactions">Transactions that wrote, for one operation.</param>
/// <param name="Megabytes">Resident memory of the measured server at the end.</param>
internal sealed record Sample(
    double PerSecond,
    double P50,
    double P95,
    double P99,
    double ServerCpu,
    double DatabaseCpu,
    double WritingTransactions,
    double Megabytes
)
{
    public double Cpu => ServerCpu + DatabaseCpu;

    /// <summary>The median of each figure by itself.</summary>
    public static Sample Median(IReadOnlyCollection<Sample> samples)
    {
        return new(
            Of(sample => sample.PerSecond),
            Of(sample => sample.P50),
            Of(sample => sample.P95),
            Of(sample => sample.P99),
            Of(sample => sample.ServerCpu),
            Of(sample => sample.DatabaseCpu),
            Of(sample => sample.WritingTransactions),
            Of(sample => sample.Megabytes)
        );

        double Of(Func<Sample, double> figure) => Percentiles.Median(samples.Select(figure));
    }
}
