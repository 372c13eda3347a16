using System.Text.RegularExpressions;
using Anteroom.Server.Audit;
using Anteroom.Server.Console;
using Anteroom.Tests.Conventions;

namespace Anteroom.Tests.Audit;

/// <summary>The list of actions, the code that writes them and the words for them agree.</summary>
public sealed partial class AuditActionsTests
{
    [Fact]
    public void Lists_every_action_that_the_code_writes()
    {
        var sources = Directory
            .EnumerateFiles(Path.Combine(SourceTree.Root, "src/Anteroom.Server"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.EndsWith("AuditActions.cs", StringComparison.Ordinal))
            .Select(File.ReadAllText)
            .ToList();
        var named = sources.SelectMany(text => Literal().Matches(text)).Select(match => match.Groups[1].Value).ToHashSet();
        Assert.Equal([], AuditActions.All.Where(action => !named.Contains(action)));
        var written = sources.SelectMany(text => Entry().Matches(text)).Select(match => match.Groups[1].Value).ToHashSet();
        Assert.True(written.Count > 30);
        Assert.Equal([], written.Except(AuditActions.All));
        Assert.Equal(AuditActions.All.Order(StringComparer.Ordinal), AuditActions.All);
    }

    [Fact]
    public void Has_words_for_every_action()
    {
        var words = new System.Resources.ResourceManager(typeof(ConsoleText));
        Assert.Equal(
            [],
            AuditActions.All.Where(action => words.GetString("Action." + action, System.Globalization.CultureInfo.InvariantCulture) is null)
        );
    }

    [GeneratedRegex("\"([a-z_]+\\.[a-z_]+)\"")]
    private static partial Regex Literal();

    [GeneratedRegex("\"([a-z_]+\\.[a-z_]+)\",\\s*AuditResult\\.")]
    private static partial Regex Entry();
}
