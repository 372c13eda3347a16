using System.Collections;
using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using Anteroom.Server.Credentials.Passwords;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Tests.SignIn.Pages;

/// <summary>Text and views hold together: nothing shown lacks words, no words lie unused.</summary>
public sealed partial class SignInTextTests
{
    private static readonly SortedSet<string> Written =
    [
        .. new ResourceManager(typeof(SignInText))
            .GetResourceSet(CultureInfo.InvariantCulture, createIfNotExists: true, tryParents: false)!
            .Cast<DictionaryEntry>()
            .Select(entry => (string)entry.Key),
    ];

    [Fact]
    public void Every_text_of_a_view_is_written_and_every_written_text_is_used()
    {
        var used = Directory
            .EnumerateFiles(Path.Combine(Root(), "src/Anteroom.Server/SignIn/Pages"), "*.cshtml")
            .SelectMany(view => TextKey().Matches(File.ReadAllText(view)).Select(match => match.Groups[1].Value))
            .Concat(Enum.GetValues<IdentifyError>().Where(error => error != IdentifyError.None).Select(error => $"Identify.Error.{error}"))
            .Concat(Enum.GetValues<PasswordFault>().Select(fault => $"NewPassword.Fault.{fault}"));

        Assert.Equal(Written, new SortedSet<string>(used));
    }

    [Fact] // design.md §7
    public void No_text_exclaims()
    {
        var resources = new ResourceManager(typeof(SignInText));
        Assert.All(Written, key => Assert.DoesNotContain('!', resources.GetString(key, CultureInfo.InvariantCulture)!));
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Anteroom.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside the repository.");
        return folder;
    }

    [GeneratedRegex("""Text\["([A-Za-z.]+)["]""")]
    private static partial Regex TextKey();
}
