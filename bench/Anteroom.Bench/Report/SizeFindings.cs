using Anteroom.Bench.Measuring;

namespace Anteroom.Bench.Report;

/// <summary>One page, asked for by one browser.</summary>
/// <param name="P50">Milliseconds to the whole answer, as the next two.</param>
/// <param name="Kilobytes">Of the page, before compression; 0 where there is none.</param>
internal sealed record SizeRow(string What, double P50, double P95, double P99, double Kilobytes);

/// <param name="Before">The server's memory with an empty database, in megabytes.</param>
/// <param name="After">The same at the end.</param>
internal sealed record SizePages(IReadOnlyList<SizeRow> Rows, double Before, double After);

/// <summary>What an installation with ten thousand organizations and a million people costs.</summary>
/// <param name="Among">The sign-in there.</param>
/// <param name="Alone">The same, in turn with it, in an installation that has just begun.</param>
/// <param name="SequentialScans">How often a table of more than 10,000 rows was read from end to end during those sign-ins.</param>
internal sealed record SizeFindings(SizePages Pages, Sample Among, Sample Alone, long SequentialScans);
