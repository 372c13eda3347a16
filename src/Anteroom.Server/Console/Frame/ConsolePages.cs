using Anteroom.Server.Console.Access;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.Pages;
using Microsoft.Extensions.Localization;

namespace Anteroom.Server.Console.Frame;

/// <summary>Shows the pages of the console in their frame. Endpoints decide; this only shows.</summary>
internal sealed class ConsolePages(PageRenderer renderer, FormGuard forms, IStringLocalizer<ConsoleText> text)
{
    public const string DoneParameter = "done";

    /// <summary>The words of the console, in the reader's language.</summary>
    public string this[string key, params object[] arguments] => text[key, arguments];

    /// <summary>The words of something that may be newer than the words; its own name then.</summary>
    public string Words(string prefix, string name) => text[prefix + name] is { ResourceNotFound: false } words ? words.Value : name;

    /// <param name="title">The page's own.</param>
    /// <param name="here">Which entry of the navigation it belongs to.</param>
    /// <param name="trail">Pages above it, within the room.</param>
    public ConsoleFrame Frame(HttpContext http, string title, string here, params Crumb[] trail) =>
        new(title, trail, http.Caller(), http.Room(), here, forms.TokenFor(http), Done(http));

    public IResult List(ListPage page) => Show("List", page);

    /// <param name="view">A view of <c>Console/Pages</c>.</param>
    /// <param name="status">422 where a form comes back with its errors.</param>
    public IResult Show(string view, IConsolePage model, int status = StatusCodes.Status200OK) =>
        new PageResult(http => renderer.WriteAsync(http, status, $"/Console/Pages/{view}.cshtml", model));

    /// <summary>An operator stands before an organization that they have not entered.</summary>
    public IResult Door(HttpContext http)
    {
        var room = http.Room()!;
        return Show(
            "Door",
            new DoorPage(
                Frame(http, this["Door.Title", room.Name], Navigation.Of(room)),
                room,
                http.Request.Path + http.Request.QueryString
            )
        );
    }

    /// <summary>After a form: the page it came from, which says what was done.</summary>
    public static IResult Back(string address, string done) => new SeeOther($"{address}?{DoneParameter}={done}");

    /// <summary>Only what there are words for is repeated.</summary>
    private string? Done(HttpContext http) =>
        http.Request.Query[DoneParameter] is [{ Length: > 0 and <= 40 } done] && text["Done." + done] is { ResourceNotFound: false } words
            ? words.Value
            : null;
}

/// <param name="Wanted">Where the operator was going.</param>
internal sealed record DoorPage(ConsoleFrame Frame, Organization Room, string Wanted) : IConsolePage;
