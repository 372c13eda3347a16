using Anteroom.Bench.Measuring;

namespace Anteroom.Bench.Report;

/// <summary>One page, asked for by one browser.</summary>
/// <param name="P50">Milliseconds to the whole answer, as the next two.</param>
/// <param name="Kilobytes">Of the page, before compression; 0 where there is none.</param>
internal sealed record SizeRow(string What, double P50, double P95, double P99, double Kilobytes);

/// <param name="Before">The server's memory with an empty database, in megabytes.</param>
/// <param name="After">The same at the end.</param>
internal sealed record SizeFindings(IReadOnlyList<SizeRow> Rows, double Before, double After)
{
    /// <summary>The sign-in among all these rows; null where it was not measured without them either.</summary>
    public Sample? SignIn { get; init; }
}
