using System.Collections;
using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using Anteroom.Server.Account;
using Anteroom.Server.Account.Person;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Sessions;
using Anteroom.Tests.Conventions;

namespace Anteroom.Tests.Account;

/// <summary>Text, views and style of the account pages hold together.</summary>
public sealed partial class AccountTextTests
{
    private const string Folder = "src/Anteroom.Server/Account";

    private static readonly SortedDictionary<string, string> Written = new(
        new ResourceManager(typeof(AccountText))
            .GetResourceSet(CultureInfo.InvariantCulture, createIfNotExists: true, tryParents: false)!
            .Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!),
        StringComparer.Ordinal
    );

    [Fact]
    public void Every_text_that_is_asked_for_is_written_and_every_written_text_is_asked_for()
    {
        SortedSet<string> used = new(StringComparer.Ordinal);
        foreach (var (_, text) in SourceTree.Files(Folder, ".cs", ".cshtml"))
            used.UnionWith(Quoted().Matches(text).Select(match => match.Groups[1].Value).Where(Written.ContainsKey));
        used.UnionWith(MadeUp());

        Assert.Empty(MadeUp().Except(Written.Keys));
        Assert.Empty(Asked().Except(Written.Keys));
        Assert.Equal(Written.Keys, used);
    }

    /// <summary>Keys that are put together from a word of ours.</summary>
    private static IEnumerable<string> MadeUp() =>
        [
            .. BrowserKind.Browsers.Select(word => $"Browser.{word}"),
            .. BrowserKind.Systems.Select(word => $"System.{word}"),
            .. Enum.GetNames<FactSource>().Select(source => $"Source.{source}"),
            .. Enum.GetNames<Attention>().SelectMany(need => (string[])[$"Need.{need}.Title", $"Need.{need}.Words"]),
            .. Enum.GetNames<Attention>().Where(need => need != nameof(Attention.NoAddress)).Select(need => $"Need.{need}.Do"),
            .. UserAttributes.Lengths.Keys.Append(UserAttributes.UserName).Select(attribute => $"Attribute.{attribute}"),
            .. ((string[])["entra", "oidc", "passkey", "password"]).Select(method => $"Method.{method}"),
            .. ((string[])["passkey.added", "passkey.renamed", "password.changed", "session.ended", "language.chosen"]).Select(done =>
                $"Done.{done}"
            ),
        ];

    /// <summary>Keys that are asked for whole; what ends with a dot is put together.</summary>
    private static IEnumerable<string> Asked() =>
        SourceTree
            .Files(Folder, ".cs", ".cshtml")
            .SelectMany(file => Plain().Matches(file.Text).Select(match => match.Groups[1].Value))
            .Where(key => !key.EndsWith('.'));

    [Fact] // design.md §7
    public void No_text_exclaims() => Assert.All(Written.Values, text => Assert.DoesNotContain('!', text));

    [Fact]
    public void The_style_names_no_colour_of_its_own_and_fetches_nothing()
    {
        using var stream = typeof(Assets).Assembly.GetManifestResourceStream("assets/anteroom/account.css")!;
        var style = new StreamReader(stream).ReadToEnd();
        Assert.DoesNotMatch("#[0-9a-f]{3,8}\\b|rgb\\(|url\\(|@import", style);
        Assert.InRange(style.Length, 1, 6 * 1024);
    }

    [GeneratedRegex("\"([A-Z][A-Za-z]*(?:\\.[A-Za-z.]+)?)\"")]
    private static partial Regex Quoted();

    [GeneratedRegex("""(?:Text|pages|text)\["([A-Za-z.]+)["]""")]
    private static partial Regex Plain();
}
