using System.Text.RegularExpressions;

namespace Anteroom.Tests.Conventions;

/// <summary>The table of campaigns (docs/campaigns.md) names tests that exist, and each campaign that exists is in it.</summary>
public sealed partial class CampaignTests
{
    /// <summary>Whoever uses these takes other counts in a full run, or sends many at once.</summary>
    private static readonly string[] Marks = ["TestScale.", "StartBarrier.", "CampaignLog."];

    private static string Table { get; } = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "campaigns.md"));

    [Fact]
    public void Each_campaign_names_a_test_that_exists()
    {
        var named = Named().Matches(Table);
        Assert.True(named.Count > 25);
        var tests = typeof(CampaignTests)
            .Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().Select(method => $"{type.Name}.{method.Name}"))
            .ToHashSet(StringComparer.Ordinal);
        Assert.DoesNotContain(named.Select(match => match.Groups[1].Value), name => !tests.Contains(name));
    }

    [Fact]
    public void Each_test_that_is_a_campaign_is_named()
    {
        var campaigns = SourceTree.Files("tests/Anteroom.Tests", ".cs").SelectMany(file => CampaignsOf(file.Path, file.Text)).ToList();
        Assert.True(campaigns.Count > 30);
        Assert.DoesNotContain(campaigns, campaign => !Table.Contains($"`{campaign}`", StringComparison.Ordinal));
    }

    [Fact] // of each row: what was done, how often, what was promised, what was seen, by which test
    public void Each_row_has_all_its_cells()
    {
        var rows = Table.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).ToList();
        Assert.True(rows.Count > 40);
        Assert.All(rows, row => Assert.Equal(5, row.Split('|')[1..^1].Count(cell => cell.Trim().Length > 0)));
    }

    private static IEnumerable<string> CampaignsOf(string path, string text)
    {
        var isCampaign = path.Contains("/Races/", StringComparison.Ordinal);
        return TestStart()
            .Split(text)
            .Skip(1)
            .Select(test => test.Split("\n    }\n")[0])
            .Where(test => isCampaign || Marks.Any(mark => test.Contains(mark, StringComparison.Ordinal)))
            .Select(test => TestName().Match(test))
            .Where(name => name.Success)
            .Select(name => $"{Path.GetFileNameWithoutExtension(path)}.{name.Groups[1].Value}");
    }

    [GeneratedRegex("`([A-Za-z]+Tests\\.[A-Z][A-Za-z0-9_]+)`")]
    private static partial Regex Named();

    [GeneratedRegex("^    \\[(?:Fact|Theory)", RegexOptions.Multiline)]
    private static partial Regex TestStart();

    [GeneratedRegex("^    public (?:async )?(?:Task|void) ([A-Z][A-Za-z0-9_]+)\\(", RegexOptions.Multiline)]
    private static partial Regex TestName();
}
