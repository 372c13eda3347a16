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

/// <summary>A column that can be left out, but for the first.</summary>
/// <param name="Key">In the address.</param>
internal sealed record Column(string Key, string Title);

/// <summary>A row.</summary>
/// <param name="Open">The address of this page with the row's details beside the list; null where there are none.</param>
internal sealed record Row(IReadOnlyList<Cell> Cells, string? Open = null);

/// <summary>What is told of one row beside the list.</summary>
/// <param name="Facts">Term and value.</param>
internal sealed record Beside(string Title, IReadOnlyList<(string Term, Cell Value)> Facts)
{
    /// <summary>What happened, in sentences.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Where there is more of it.</summary>
    public IReadOnlyList<(string Text, string Address)> Links { get; init; } = [];

    /// <summary>The list alone again.</summary>
    public required string Close { get; init; }
}

/// <summary>A field above a list that narrows it; its value stays in the address.</summary>
internal sealed record Filter(string Name, string Label, string Value, IReadOnlyList<(string Value, string Text)>? Choices = null)
{
    /// <summary>Whether it is a day, as <c>2026-01-31</c>.</summary>
    public bool IsDate { get; init; }
}

/// <summary>The main action of a page.</summary>
internal sealed record MainAction(string Text, string Address, string Icon);

/// <summary>A list that is worth reading: columns, rows, what narrows it, the next page, and words for when there is nothing.</summary>
internal sealed record ListPage(ConsoleFrame Frame, IReadOnlyList<Column> Columns, IReadOnlyList<Row> Rows) : IConsolePage
{
    public ListPage(ConsoleFrame frame, IReadOnlyList<Column> columns, IEnumerable<Cell[]> rows)
        : this(frame, columns, [.. rows.Select(cells => new Row(cells))]) { }

    public string? Lead { get; init; }
    public IReadOnlyList<Filter> Filters { get; init; } = [];
    public MainAction? Action { get; init; }

    /// <summary>Further ways on, quieter than the main one.</summary>
    public IReadOnlyList<MainAction> Others { get; init; } = [];

    /// <summary>Address of the next page; null at the end.</summary>
    public string? Next { get; init; }

    /// <summary>Whether this is not the first page, so that a way back to it is offered.</summary>
    public bool IsLater { get; init; }
    public string EmptyTitle { get; init; } = "";
    public string EmptyText { get; init; } = "";

    /// <summary>Details of the row that is open.</summary>
    public Beside? Beside { get; init; }

    /// <summary>The columns that the address asks for; all where it says nothing.</summary>
    public ColumnChoice Choice { get; init; } = ColumnChoice.All;
    public bool IsFiltered => Filters.Any(filter => filter.Value.Length > 0);
}

/// <summary>Columns and rows, wherever a table stands.</summary>
internal sealed record TableModel(IReadOnlyList<Column> Columns, IReadOnlyList<Row> Rows, ColumnChoice Choice)
{
    public TableModel(IReadOnlyList<Column> columns, IEnumerable<Cell[]> rows)
        : this(columns, [.. rows.Select(cells => new Row(cells))], ColumnChoice.All) { }

    public bool HasDetails => Rows.Any(row => row.Open is not null);
}

/// <summary>Which columns are shown; kept in the address, as filters are.</summary>
internal sealed record ColumnChoice(IReadOnlyCollection<string> Keys)
{
    public const string Parameter = "columns";

    public static ColumnChoice All { get; } = new([]);

    public static ColumnChoice Of(HttpContext http) => new([.. http.Request.Query[Parameter].OfType<string>().Take(50)]);

    /// <summary>Whether a column is shown; the first always is.</summary>
    public bool Shows(IReadOnlyList<Column> columns, int index) =>
        index == 0 || !columns.Any(column => Keys.Contains(column.Key)) || Keys.Contains(columns[index].Key);
}

/// <summary>Paging by key in the address (SEC-365).</summary>
internal sealed record PageQuery(string? After)
{
    public const int Size = 50;
    private const string Parameter = "after";

    /// <summary>Names the row whose details stand beside the list.</summary>
    public const string OpenParameter = "open";

    public static PageQuery Of(HttpContext http) =>
        new(
            http.Request.Query[Parameter] is [{ Length: > 0 and <= 1024 } text] && Base64Url.TryDecode(text, out var key)
                ? Encoding.UTF8.GetString(key)
                : null
        );

    /// <summary>This address with one parameter set to something else, or taken out.</summary>
    public static string AddressWith(HttpContext http, string parameter, string? value)
    {
        // Without regard to case, as the framework reads them: else the old value would stand beside the new one.
        var query = http
            .Request.Query.Where(pair =>
                !pair.Key.Equals(parameter, StringComparison.OrdinalIgnoreCase)
                && !pair.Key.Equals(ConsolePages.DoneParameter, StringComparison.OrdinalIgnoreCase)
            )
            .SelectMany(pair => pair.Value.Select(text => KeyValuePair.Create(pair.Key, text)));
        var rest = value is null ? query : query.Append(KeyValuePair.Create(parameter, (string?)value));
        return QueryHelpers.AddQueryString(http.Request.Path, rest);
    }

    /// <summary>The rows that are shown, from one row more, and the address of the rest.</summary>
    public static (IReadOnlyList<T> Shown, string? Next) Cut<T>(HttpContext http, IReadOnlyList<T> rows, Func<T, string> key)
    {
        if (rows.Count <= Size)
            return (rows, null);
        List<T> shown = [.. rows.Take(Size)];
        var after = Base64Url.Encode(Encoding.UTF8.GetBytes(key(shown[^1])));
        return (shown, AddressWith(http, Parameter, after));
    }
}
