using System.Text;
using Anteroom.Protocols.Primitives;
using Microsoft.AspNetCore.WebUtilities;

namespace Anteroom.Server.Console.Frame;

/// <summary>How a state is told: by words and icon, never by colour alone (design.md §7).</summary>
internal enum Tone
{
    Neutral,
    Good,
    Warning,
    Bad,
}

/// <summary>One cell of a list.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Detail">A second, quieter line.</param>
/// <param name="Address">Where the text leads.</param>
/// <param name="State">A state, with an icon.</param>
/// <param name="At">An instant, shown in the reader's zone where script runs.</param>
internal sealed record Cell(
    string? Text = null,
    string? Detail = null,
    string? Address = null,
    Tone? State = null,
    DateTimeOffset? At = null
);

/// <summary>A field above a list that narrows it; its value stays in the address.</summary>
internal sealed record Filter(string Name, string Label, string Value, IReadOnlyList<(string Value, string Text)>? Choices = null);

/// <summary>The main action of a page.</summary>
internal sealed record MainAction(string Text, string Address, string Icon);

/// <summary>A list that is worth reading: columns, rows, what narrows it, the next page, and words for when there is nothing.</summary>
internal sealed record ListPage(ConsoleFrame Frame, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<Cell>> Rows) : IConsolePage
{
    public string? Lead { get; init; }
    public IReadOnlyList<Filter> Filters { get; init; } = [];
    public MainAction? Action { get; init; }

    /// <summary>Address of the next page; null at the end.</summary>
    public string? Next { get; init; }

    /// <summary>Whether this is not the first page, so that a way back to it is offered.</summary>
    public bool IsLater { get; init; }
    public string EmptyTitle { get; init; } = "";
    public string EmptyText { get; init; } = "";
    public bool IsFiltered => Filters.Any(filter => filter.Value.Length > 0);
}

/// <summary>Paging by key in the address (SEC-365).</summary>
internal sealed record PageQuery(string? After)
{
    public const int Size = 50;
    private const string Parameter = "after";

    public static PageQuery Of(HttpContext http) =>
        new(
            http.Request.Query[Parameter] is [{ Length: > 0 and <= 1024 } text] && Base64Url.TryDecode(text, out var key)
                ? Encoding.UTF8.GetString(key)
                : null
        );

    /// <summary>The rows that are shown, from one row more, and the address of the rest.</summary>
    public static (IReadOnlyList<T> Shown, string? Next) Cut<T>(HttpContext http, IReadOnlyList<T> rows, Func<T, string> key)
    {
        if (rows.Count <= Size)
            return (rows, null);
        List<T> shown = [.. rows.Take(Size)];
        var query = http
            .Request.Query.Where(pair => pair.Key != Parameter)
            .Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value));
        var after = Base64Url.Encode(Encoding.UTF8.GetBytes(key(shown[^1])));
        return (shown, QueryHelpers.AddQueryString(http.Request.Path, [.. query, KeyValuePair.Create(Parameter, (string?)after)]));
    }
}
