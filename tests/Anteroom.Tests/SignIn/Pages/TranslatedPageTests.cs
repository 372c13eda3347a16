using System.Globalization;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Tests.Platform.Web;
using Microsoft.Extensions.Localization;

namespace Anteroom.Tests.SignIn.Pages;

/// <summary>Pages in a language that only this test has: every text in brackets with the name of the culture that asked for it.</summary>
public sealed class TranslatedPageTests
{
    [Theory]
    [InlineData("de-AT, en;q=0.2", null, "de")]
    [InlineData("en", "de", "de")]
    [InlineData("it", null, "en")]
    [Trait("Security", "SEC-007")]
    public async Task A_page_speaks_the_language_of_the_reader_and_says_so(string accept, string? wish, string language)
    {
        await using var host = await PageHost.StartAsync(
            (http, pages) =>
            {
                PageLanguages.Wish(http, wish);
                return pages.NotFoundAsync(http, new PageFrame());
            },
            services =>
            {
                services.AddSingleton(new PageLanguages([CultureInfo.GetCultureInfo("de")]));
                services.AddSingleton<IStringLocalizerFactory, Brackets>();
            }
        );
        host.Client.DefaultRequestHeaders.Add("Accept-Language", accept);
        using var answer = await host.Client.GetAsync(new Uri("/any", UriKind.Relative));
        var page = await answer.Content.ReadAsStringAsync();

        Assert.Contains($"<h1>[{language} NotFound.Title]</h1>", page, StringComparison.Ordinal);
        Assert.Contains($"<html lang=\"[{language} Language]\">", page, StringComparison.Ordinal); // the translation's own word for itself
        Assert.Equal([language], answer.Content.Headers.ContentLanguage);
        Assert.Contains("Accept-Language", answer.Headers.Vary);
    }

    private sealed class Brackets : IStringLocalizerFactory, IStringLocalizer
    {
        public LocalizedString this[string name] => new(name, $"[{CultureInfo.CurrentUICulture.Name} {name}]");

        public LocalizedString this[string name, params object[] arguments] => this[name];

        public IStringLocalizer Create(Type resourceSource) => this;

        public IStringLocalizer Create(string baseName, string location) => this;

        public IEnumerable<LocalizedString> GetAllStrings(bool includeParentCultures) => [];
    }
}
