using Anteroom.Server.Console.Access;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.Pages;
using Microsoft.Extensions.Localization;

namespace Anteroom.Server.Console.Frame;

/// <summary>Shows the pages of the console in their frame. Endpoints decide; this only shows.</summary>
internal sealed class ConsolePages(PageRenderer renderer, FormGuard forms, IStringLocalizer<ConsoleText> text, TimeProvider clock)
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
        new(title, trail, http.Caller(), http.Room(), here, forms.TokenFor(http), Done(http)) { Undo = UndoOf(http) };

    public IResult List(HttpContext http, ListPage page) => Show("List", page with { Choice = ColumnChoice.Of(http) });

    /// <summary>Columns by the names of their words: <c>Name</c> is <c>Column.Name</c>.</summary>
    public IReadOnlyList<Column> Columns(params string[] names) => [.. names.Select(name => new Column(name, this["Column." + name]))];

    /// <param name="view">A view of <c>Console/Pages</c>.</param>
    /// <param name="status">422 where a form comes back with its errors.</param>
    public IResult Show(string view, IConsolePage model, int status = StatusCodes.Status200OK) =>
        new PageResult(http => renderer.WriteAsync(http, status, $"/Console/Pages/{view}.cshtml", model));

    /// <summary>A form that changes something sensitive comes back as it was typed, and asks for proof in another window (SEC-041).</summary>
    /// <returns>Null where the proof is fresh enough.</returns>
    public IResult? AskForProof(HttpContext http, FormPage page) =>
        http.Caller().IsFresh(clock.GetUtcNow()) ? null : Form(page with { Fault = this["Fresh.Form"], NeedsProof = true });

    /// <summary>A form as it was typed, to come back with a fault. A secret is not sent back, so whoever typed one is asked for it again and does not lose it unnoticed.</summary>
    public FormPage AsTyped(FormPage page, FormValues typed) =>
        page with
        {
            Fields =
            [
                .. page.Fields.Select(field =>
                    field.Kind == FieldKind.Secret && typed[field.Name].Length > 0 ? field with { Fault = this["Secret.Again"] } : field
                ),
            ],
        };

    /// <summary>A form; 422 where it comes back with faults.</summary>
    public IResult Form(FormPage page) =>
        Show("Form", page, page.IsFaulty ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);

    /// <summary>
    /// Changes under its version what a form was filled with. Where somebody else changed it meanwhile, asks to merge;
    /// where they were quicker by a moment, begins again.
    /// </summary>
    /// <param name="read">What is kept now; null where it is gone.</param>
    /// <param name="form">The form, filled with what was typed, or with what is kept where nothing was.</param>
    /// <param name="change">Does it; null where somebody was quicker.</param>
    /// <param name="isSensitive">Whether it needs fresh proof (SEC-041); every change does where nothing is said.</param>
    /// <returns>Null where it is gone.</returns>
    public async Task<IResult?> EditAsync<T>(
        HttpContext http,
        Func<Task<T?>> read,
        Func<T, FormValues?, FormPage> form,
        Func<T, Edit, Task<IResult?>> change,
        CancellationToken ct,
        Func<Edit, bool>? isSensitive = null
    )
        where T : class
    {
        var typed = await FormValues.TypedAsync(http, ct);
        while (await read() is { } kept)
        {
            var filled = form(kept, null);
            if (AskToMerge(filled, typed) is { } merge)
                return merge;
            var edit = Edit.Of(filled, AsTyped(form(kept, typed), typed), typed);
            if (isSensitive?.Invoke(edit) is not false && AskForProof(http, edit.Page) is { } proof)
                return proof;
            if (await change(kept, edit) is { } done)
                return done;
        }
        return null;
    }

    /// <summary>The form with the fault where the feature refused; null where somebody else was quicker.</summary>
    public IResult? Refused(Edit edit, string code, string? detail, string? member) =>
        code == ReasonCodes.VersionMismatch ? null : Form(FormFault.Of(code, detail, member).On(edit.Page));

    /// <summary>The question back where somebody else changed what the form was filled with; null where nobody did.</summary>
    /// <param name="current">The form, filled with what is kept now.</param>
    private IResult? AskToMerge(FormPage current, FormValues typed) =>
        typed.Seen is { } seen && Merge.Of(current.Fields, seen, typed) is { Count: > 0 } fields
            ? Show("Merge", new MergePage(current.Frame, AsTyped(current, typed), fields), StatusCodes.Status409Conflict)
            : null;

    /// <summary>A page that only says something.</summary>
    public IResult Note(HttpContext http, string title, string words) => Show("Note", new NotePage(Frame(http, title, ""), words));

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
    /// <param name="of">To what it was done, where it can be taken back and the page does not say it.</param>
    public static IResult Back(string address, string done, string? of = null) =>
        new SeeOther(
            $"{address}{(address.Contains('?') ? '&' : '?')}{DoneParameter}={done}"
                + (of is null ? "" : $"&{Undo.Parameter}={Uri.EscapeDataString(of)}")
        );

    private static Undo? UndoOf(HttpContext http) =>
        http.Request.Query[DoneParameter] is [{ } done] && http.Request.Query[Undo.Parameter].ToString() is { Length: <= 256 } of
            ? Undo.Of(done, http.Request.Path, of)
            : null;

    /// <summary>Only what there are words for is repeated.</summary>
    private string? Done(HttpContext http) =>
        http.Request.Query[DoneParameter] is [{ Length: > 0 and <= 40 } done] && text["Done." + done] is { ResourceNotFound: false } words
            ? words.Value
            : null;
}

/// <param name="Wanted">Where the operator was going.</param>
internal sealed record DoorPage(ConsoleFrame Frame, Organization Room, string Wanted) : IConsolePage;

internal sealed record NotePage(ConsoleFrame Frame, string Words) : IConsolePage;
