using System.Globalization;
using AngleSharp.Html.Parser;
using Anteroom.Server.Account.Access;
using Anteroom.Server.Account.Frame;
using Anteroom.Server.Account.Person;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.Sessions;
using Anteroom.Tests.Platform.Web;

namespace Anteroom.Tests.Account;

/// <summary>The page for the language, where there is one to choose.</summary>
public sealed class LanguageTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData(null, "")]
    [InlineData("de", "de")]
    public async Task Each_language_that_there_is_can_be_chosen(string? chosen, string marked)
    {
        var user = AttentionTests.UserWith("ada@example.com");
        var organization = new Organization(
            user.Organization,
            "contoso",
            "Contoso",
            null,
            OrganizationStatus.Active,
            OrganizationSettings.Default,
            1,
            Now
        );
        var session = new Session(
            user.Organization,
            new(Guid.CreateVersion7(Now)),
            user.Id,
            Evidence.OfPasskey(backupEligible: false, Now),
            Now,
            Now.AddHours(1),
            Now.AddHours(12)
        );
        var model = new LanguageModel(
            new AccountFrame("Language", new AccountCaller(organization, session, user), "language", "token", null),
            [CultureInfo.GetCultureInfo("de"), CultureInfo.GetCultureInfo("en")],
            chosen is null ? null : CultureInfo.GetCultureInfo(chosen)
        );
        await using var host = await PageHost.StartAsync(
            "http://localhost",
            http => http.RequestServices.GetRequiredService<PageRenderer>().WriteAsync(http, 200, "/Account/Pages/Language.cshtml", model)
        );

        var page = new HtmlParser().ParseDocument(await host.Client.GetStringAsync(new Uri("/any", UriKind.Relative)));

        Assert.Equal(["", "de", "en"], page.QuerySelectorAll("input[name=language]").Select(input => input.GetAttribute("value")));
        Assert.Equal(marked, Assert.Single(page.QuerySelectorAll("input[checked]")).GetAttribute("value"));
        Assert.Equal("de", page.QuerySelectorAll("label")[1].GetAttribute("lang"));
        Assert.Contains("Deutsch", page.QuerySelectorAll("label")[1].TextContent, StringComparison.Ordinal);
    }

    [Fact] // of pages that nobody is known on, too: the sign-in's
    public void A_choice_comes_before_what_application_and_browser_ask_for()
    {
        var names = new CookieNames(new AnteroomOptions());
        var languages = new PageLanguages([CultureInfo.GetCultureInfo("de"), CultureInfo.GetCultureInfo("fr")], names);
        var http = new DefaultHttpContext();
        http.Request.Headers.AcceptLanguage = "fr";
        PageLanguages.Wish(http, "fr");
        Assert.Equal("fr", languages.For(http).Name);

        languages.Choose(http, CultureInfo.GetCultureInfo("de"));
        var cookie = http.Response.Headers.SetCookie.ToString();
        Assert.Contains("language=de", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.Ordinal);
        http.Request.Headers.Cookie = cookie.Split(';')[0];
        Assert.Equal("de", languages.For(http).Name);

        http.Request.Headers.Cookie = cookie.Split('=')[0] + "=tlh"; // a translation that is gone
        Assert.Equal("fr", languages.For(http).Name);
    }
}
