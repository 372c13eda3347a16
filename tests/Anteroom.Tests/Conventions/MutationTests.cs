using System.Text.Json;
using System.Xml.Linq;

namespace Anteroom.Tests.Conventions;

/// <summary>What docs/mutation.md leads to is there, though nothing builds it every day.</summary>
public sealed class MutationTests
{
    private const string Folder = "tests/Anteroom.Verification";

    public static TheoryData<string> Projects => [.. SourceTree.Files(Folder, ".csproj").Select(file => file.Path)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Links_tests_that_exist(string project)
    {
        var patterns = XDocument
            .Load(Path.Combine(SourceTree.Root, project))
            .Descendants()
            .Where(item => item.Name.LocalName == "Compile")
            .SelectMany(item =>
                item.Attribute("Include")!.Value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            )
            .ToList();
        Assert.NotEmpty(patterns);
        Assert.All(
            patterns,
            pattern => Assert.NotEmpty(Matching(pattern.Replace("$(AnteroomTests)", "tests/Anteroom.Tests/", StringComparison.Ordinal)))
        );
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Bends_files_that_exist(string project)
    {
        var folder = Path.GetDirectoryName(Path.Combine(SourceTree.Root, project))!;
        var settings = JsonDocument
            .Parse(File.ReadAllText(Path.Combine(folder, "stryker-config.json")))
            .RootElement.GetProperty("stryker-config");
        var source = Path.GetFileNameWithoutExtension(settings.GetProperty("project").GetString()!);
        var patterns = settings.GetProperty("mutate").EnumerateArray().Select(pattern => pattern.GetString()!).ToList();
        Assert.NotEmpty(patterns);
        Assert.All(patterns, pattern => Assert.NotEmpty(Matching($"src/{source}/{pattern}")));
    }

    private static List<string> Matching(string pattern)
    {
        var folder = Path.GetDirectoryName(pattern)!;
        var everywhere = folder.EndsWith("**", StringComparison.Ordinal);
        var start = Path.Combine(SourceTree.Root, everywhere ? folder[..^2] : folder);
        return Directory.Exists(start)
            ?
            [
                .. Directory.EnumerateFiles(
                    start,
                    Path.GetFileName(pattern),
                    everywhere ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly
                ),
            ]
            : [];
    }
}
