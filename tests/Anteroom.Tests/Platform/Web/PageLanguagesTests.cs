using System.Globalization;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Tests.Platform.Web;

public sealed class PageLanguagesTests
{
    private static readonly PageLanguages Languages = new([
        CultureInfo.GetCultureInfo("de"),
        CultureInfo.GetCultureInfo("pt-BR"),
        CultureInfo.GetCultureInfo("fr"),
    ]);

    [Theory] // OIDC Core §3.1.2.1; RFC 4647 §3.4; RFC 9110 §12.5.4
    [InlineData(null, null, "en")]
    [InlineData(null, "de", "de")]
    [InlineData(null, "de-CH-1996, en;q=0.5", "de")]
    [InlineData(null, "fr;q=0.3, de;q=0.9, en;q=0.1", "de")]
    [InlineData(null, "it, es", "en")]
    [InlineData(null, "de;q=0, fr", "fr")]
    [InlineData(null, "pt-PT, pt-BR;q=0.5", "pt-BR")]
    [InlineData(null, "en, de", "en")]
    [InlineData(null, "*", "en")]
    [InlineData(null, "no language;;q=x", "en")]
    [InlineData("fr", "de", "fr")] // the application's word before the browser's
    [InlineData("it DE-at fr", "fr", "de")]
    [InlineData("it", "fr", "fr")]
    [InlineData("", "fr", "fr")]
    [InlineData("- -- ../de", "fr", "fr")]
    public void The_first_wish_that_can_be_met_counts(string? uiLocales, string? accept, string language)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.AcceptLanguage = accept;
        PageLanguages.Wish(http, uiLocales);
        Assert.Equal(language, Languages.For(http).Name);
    }

    [Fact] // SEC-365: lists of others have an end
    [Trait("Security", "SEC-365")]
    public void Wishes_without_end_are_not_read_to_the_end()
    {
        var http = new DefaultHttpContext();
        PageLanguages.Wish(http, string.Join(' ', Enumerable.Repeat("it", 5000)) + " de");
        Assert.Equal("en", Languages.For(http).Name);
        http.Request.Headers.AcceptLanguage = new string('x', 600) + ", fr";
        Assert.Equal("fr", Languages.For(http).Name);
    }

    [Theory] // SEC-365: to read a list of thousands would cost milliseconds for each page
    [InlineData(990, "fr")]
    [InlineData(1_000, "en")]
    [Trait("Security", "SEC-365")]
    public void A_list_longer_than_any_browsers_is_not_read(int spaces, string language)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.AcceptLanguage = new(["fr", new string(' ', spaces)]);
        Assert.Equal(language, Languages.For(http).Name);
    }

    [Fact]
    public void A_translation_counts_when_its_assembly_lies_beside_the_program()
    {
        var folder = Directory.CreateTempSubdirectory("anteroom-languages-").FullName;
        try
        {
            foreach (
                var (place, file) in (ReadOnlySpan<(string, string)>)
                    [("de", "Program.resources.dll"), ("fr", "Another.resources.dll"), ("runtimes", "Program.resources.dll")]
            )
                File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, place)).FullName, file), "");
            Assert.Equal(["de", "en"], PageLanguages.Beside(folder, "Program").Available.Select(culture => culture.Name).Order());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
