using System.Collections;
using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using Anteroom.Server.Account;
using Anteroom.Server.Console;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Tests.Conventions;

/// <summary>The guides that lead through our own pages say their words, in bold, and show pictures that are there.</summary>
public sealed partial class GuideTests
{
    private static readonly HashSet<string> Words =
    [
        .. ((Type[])[typeof(ConsoleText), typeof(AccountText), typeof(SignInText)])
            .SelectMany(text =>
                new ResourceManager(text)
                    .GetResourceSet(CultureInfo.InvariantCulture, createIfNotExists: true, tryParents: false)!
                    .Cast<DictionaryEntry>()
            )
            .Select(entry => (string)entry.Value!),
    ];

    [Theory]
    [InlineData("claims-and-roles")]
    [InlineData("connect-entra")]
    [InlineData("connect-entra-browser")]
    [InlineData("connect-entra-cloud")]
    [InlineData("connect-entra-hybrid")]
    [InlineData("connect-entra-implicit")]
    [InlineData("connect-entra-shared")]
    [InlineData("connect-entra-without-secret")]
    [InlineData("connect-oidc")]
    [InlineData("console")]
    [InlineData("native-applications")]
    [InlineData("own-host")]
    [InlineData("your-account")]
    public void Each_step_says_words_of_the_pages(string guide)
    {
        var said = Bold().Matches(Read(guide)).Select(match => match.Groups[1].Value).ToList();
        Assert.True(said.Count > 8, $"{said.Count} words"); // the search finds them
        Assert.Empty(said.Except(Words));
    }

    [Fact]
    public void Each_picture_is_there()
    {
        var folder = Path.Combine(SourceTree.Root, "docs", "guides");
        foreach (var guide in Directory.EnumerateFiles(folder, "*.md"))
        foreach (Match picture in Picture().Matches(File.ReadAllText(guide)))
            Assert.True(File.Exists(Path.Combine(folder, picture.Groups[1].Value)), $"{Path.GetFileName(guide)}: {picture.Value}");
    }

    private static string Read(string guide) => File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "guides", guide + ".md"));

    [GeneratedRegex(@"\*\*(.+?)\*\*")]
    private static partial Regex Bold();

    [GeneratedRegex(@"!\[[^\]]+\]\(([^)]+)\)")]
    private static partial Regex Picture();
}
