using System.Globalization;
using System.Text.RegularExpressions;
using Anteroom.EntraEmulator.Errors;

namespace Anteroom.Tests.Conventions;

/// <summary><c>docs/emulator.md</c> promises: each test that it names exists, and each code that can be produced is in its table.</summary>
public sealed partial class EmulatorGuideTests
{
    private static string Guide { get; } = File.ReadAllText(Path.Combine(SourceTree.Root, "docs/emulator.md"));

    [Fact]
    public void Each_witness_exists()
    {
        var tests = SourceTree
            .Files("tests", ".cs")
            .Where(file => file.Path.EndsWith("Tests.cs", StringComparison.Ordinal))
            .SelectMany(file =>
                Method().Matches(file.Text).Select(match => $"{Path.GetFileNameWithoutExtension(file.Path)}.{match.Groups[1].Value}")
            )
            .ToHashSet(StringComparer.Ordinal);
        var named = Witness().Matches(Guide).Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.True(named.Count > 100, $"{named.Count} witnesses"); // the search finds them
        Assert.Empty(named.Except(tests));
    }

    [Fact]
    public void Each_code_is_in_the_table_with_its_error_and_status()
    {
        var rows = Row().Matches(Guide).ToDictionary(row => int.Parse(row.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
        Assert.Empty(ErrorCatalogue.Rows.Keys.Except(rows.Keys));
        Assert.Empty(rows.Keys.Except(ErrorCatalogue.Rows.Keys));
        foreach (var (code, row) in rows)
        {
            var error = ErrorCatalogue.Describe(code)!;
            Assert.True(
                (row.Groups[2].Value, row.Groups[3].Value) == (error.Error, error.Status.ToString(CultureInfo.InvariantCulture)),
                $"AADSTS{code} is {error.Error}, {error.Status}."
            );
        }
    }

    [GeneratedRegex("`([A-Z][A-Za-z0-9]*Tests\\.[A-Z][A-Za-z0-9_]+)`")]
    private static partial Regex Witness();

    [GeneratedRegex("(?:Task|void) ([A-Z][A-Za-z0-9_]+)\\(")]
    private static partial Regex Method();

    [GeneratedRegex("^\\| (\\d{4,7}) \\| `([a-z_]+)`[^|]*\\| (\\d{3}) \\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
