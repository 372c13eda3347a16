using Anteroom.Server.Account.Access;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Sessions;
using Anteroom.Server.SignIn.SignOut;
using Microsoft.Extensions.Localization;

namespace Anteroom.Server.Account.Frame;

/// <summary>Shows the account pages in their frame. Endpoints decide; this only shows.</summary>
internal sealed class AccountPages(
    PageRenderer renderer,
    FormGuard forms,
    ProblemPages problems,
    SessionCookies cookies,
    IStringLocalizer<AccountText> text
)
{
    private const string Folder = "/Account/Pages/";
    private const string DoneParameter = "done";

    /// <summary>The words of these pages, in the reader's language.</summary>
    public string this[string key, params object[] arguments] => text[key, arguments];

    /// <summary>A kind of browser as people call it: "Firefox on Windows".</summary>
    public string Words(BrowserKind kind) =>
        kind switch
        {
            { Browser: BrowserKind.Unknown, System: BrowserKind.Unknown } => text["Browser.unknown"],
            { Browser: BrowserKind.Unknown } => text["Browser.Somewhere", text["System." + kind.System].Value],
            { System: BrowserKind.Unknown } => text["Browser." + kind.Browser],
            _ => text["Browser.On", text["Browser." + kind.Browser].Value, text["System." + kind.System].Value],
        };

    /// <param name="title">Key of the page's own words.</param>
    /// <param name="here">Which entry of the navigation it belongs to.</param>
    public AccountFrame Frame(HttpContext http, string title, string here) =>
        new(text[title], http.Person(), here, forms.TokenFor(http), Done(http));

    /// <param name="view">A view of <c>Account/Pages</c>.</param>
    /// <param name="status">422 where a form comes back with its errors.</param>
    public IResult Show(string view, IAccountPage model, int status = StatusCodes.Status200OK) =>
        new PageResult(http => renderer.WriteAsync(http, status, $"{Folder}{view}.cshtml", model));

    /// <summary>After a form: the page it came from, which says what was done.</summary>
    public static IResult Back(HttpContext http, string page, string done) =>
        new SeeOther($"{http.Person().Address(page)}?{DoneParameter}={done}");

    /// <summary>Every session of the person has ended, this one too: the last page, in the frame of the sign-in.</summary>
    /// <param name="happened">Key of the words that say why.</param>
    public IResult Ended(HttpContext http, string happened)
    {
        var caller = http.Person();
        cookies.Delete(http, caller.Organization.Id);
        ClearSiteData.Cache(http);
        var model = new EndedModel(
            problems.Frame(caller.Organization),
            text[happened],
            text["Ended.Words"],
            AccountSignIn.AddressFor(caller.Organization.Slug, "", fresh: false)
        );
        return new PageResult(context => renderer.WriteAsync(context, StatusCodes.Status200OK, Folder + "Ended.cshtml", model));
    }

    /// <summary>Only what there are words for is repeated.</summary>
    private string? Done(HttpContext http) =>
        http.Request.Query[DoneParameter] is [{ Length: > 0 and <= 40 } done] && text["Done." + done] is { ResourceNotFound: false } words
            ? words.Value
            : null;
}

/// <param name="SignIn">Where to begin again.</param>
internal sealed record EndedModel(PageFrame Frame, string Title, string Words, string SignIn) : ISignInPage;
