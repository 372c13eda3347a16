using System.Text.RegularExpressions;

namespace Anteroom.Tests.Conventions;

/// <summary>The table of campaigns (docs/campaigns.md) names tests that exist.</summary>
public sealed partial class CampaignTests
{
    [Fact]
    public void Each_campaign_names_a_test_that_exists()
    {
        var named = Named().Matches(File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "campaigns.md")));
        Assert.True(named.Count > 25);
        var tests = typeof(CampaignTests)
            .Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().Select(method => $"{type.Name}.{method.Name}"))
            .ToHashSet(StringComparer.Ordinal);
        Assert.DoesNotContain(named.Select(match => match.Groups[1].Value), name => !tests.Contains(name));
    }

    [GeneratedRegex("`([A-Za-z]+Tests\\.[A-Z][A-Za-z0-9_]+)`")]
    private static partial Regex Named();
}
