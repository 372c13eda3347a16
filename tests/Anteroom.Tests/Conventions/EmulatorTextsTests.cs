using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Anteroom.Tests.Conventions;

/// <summary>The emulator's sentences: every one is shown somewhere.</summary>
public sealed partial class EmulatorTextsTests
{
    [Theory]
    [InlineData("Texts")]
    [InlineData("PortalTexts")]
    public void Every_text_is_used(string file)
    {
        var folder = Path.Combine(SourceTree.Root, "src", "Anteroom.EntraEmulator");
        var source = string.Concat(
            Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Where(path => path.EndsWith(".cs", StringComparison.Ordinal) || path.EndsWith(".razor", StringComparison.Ordinal))
                .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
                .Select(File.ReadAllText)
        );
        var words = Word().Matches(source).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);
        // "Platform." + platform, $"Audience.{audience}": the rest of the key is a word of its own.
        var beginnings = Beginning().Matches(source).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);

        var keys = XDocument
            .Load(Path.Combine(folder, "Resources", $"{file}.resx"))
            .Root!.Elements("data")
            .Select(data => (string)data.Attribute("name")!)
            .ToList();
        Assert.NotEmpty(keys);
        Assert.DoesNotContain(keys, key => !source.Contains($"\"{key}\"", StringComparison.Ordinal) && !IsComposed(key, words, beginnings));
    }

    private static bool IsComposed(string key, HashSet<string> words, HashSet<string> beginnings) =>
        Enumerable
            .Range(1, key.Length - 1)
            .Where(at => key[at - 1] == '.' && beginnings.Contains(key[..at]))
            .Any(at => key[at..].Split('.', StringSplitOptions.RemoveEmptyEntries).All(words.Contains));

    [GeneratedRegex("[A-Za-z0-9_]+")]
    private static partial Regex Word();

    [GeneratedRegex("\"([A-Za-z0-9]+(?:\\.[A-Za-z0-9]+)*\\.)(?:\\{|\" \\+)")]
    private static partial Regex Beginning();
}
