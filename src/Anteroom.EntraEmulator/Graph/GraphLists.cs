using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Graph.OData;
using Anteroom.EntraEmulator.Graph.Schema;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Signing;
using Anteroom.EntraEmulator.Storage;

namespace Anteroom.EntraEmulator.Graph;

/// <summary>Rows to page through: what comes after a cursor, in an order that stays.</summary>
internal delegate IEnumerable<(object Row, RowCursor At)> RowSource(RowCursor after);

/// <summary>Answers collections: filter, search, order, count and pages (graph.md §4.3, §4.4). Never holds more than a page.</summary>
internal sealed class GraphLists(EntraDirectory directory, GraphSchema schema, GraphViews views, SealedValue sealedValue)
{
    private const string TokenPurpose = "graph-page";
    private const int DefaultPage = 100;

    public static RowSource From<T>(TableIndex<T> index, string value)
        where T : class => after => index.From(value, after).Select(found => ((object)found.Row, found.At));

    public static RowSource From(IEnumerable<object> rows) =>
        after => rows.Skip((int)after.Generated).Select((row, index) => (row, new RowCursor(after.Generated + index + 1, null)));

    /// <summary>A list of one type.</summary>
    public GraphReply Answer(GraphRequest request, EntityType type, RowSource source, string? context = null, bool paged = true)
    {
        var select = type.Select(request.Options.Select);
        var query = new ListQuery(request, type, request.Path.Cast is not null);
        return Answer(
            request,
            query,
            source,
            context ?? Context(type.Set, request.Options.Select),
            row => views.View(request, type, select, row),
            type.ValueOf,
            paged
        );
    }

    /// <summary>A list of directory objects of several types; a cast leaves one.</summary>
    public GraphReply AnswerMixed(GraphRequest request, RowSource source)
    {
        if (request.Path.Cast is { } cast)
        {
            var only = schema.Named(cast);
            if (only is null)
                return Answer(request, schema.User, From([]));
            return Answer(request, only, after => source(after).Where(found => schema.TypeOf(found.Row) == only));
        }

        // Without a cast a filter can name what all have; users have most.
        var query = new ListQuery(request, schema.User, isCast: false);
        return Answer(
            request,
            query,
            source,
            Context("directoryObjects", request.Options.Select),
            row => views.MemberView(request, schema.TypeOf(row), row),
            (row, path) => schema.TypeOf(row).ValueOf(row, path),
            paged: true
        );
    }

    private GraphReply Answer(
        GraphRequest request,
        ListQuery query,
        RowSource source,
        string context,
        Func<object, JsonObject> view,
        Func<object, string, JsonNode?> valueOf,
        bool paged
    )
    {
        if (request.Path.IsCount)
        {
            if (!request.IsEventual)
                throw new GraphRefusal(GraphError.BadRequest("$count is not currently supported."));
            return new GraphReply(200, null) { Text = Count(source, query, valueOf) };
        }

        var token = Open(request);
        var body = new JsonObject { ["@odata.context"] = $"{request.BaseUrl}/v1.0/$metadata#{context}" };
        if (request.Options.Count && request.IsEventual && token.Page == 0)
            body["@odata.count"] = int.Parse(Count(source, query, valueOf), System.Globalization.CultureInfo.InvariantCulture);

        var size = paged ? request.Options.Top ?? DefaultPage : int.MaxValue;
        var isEmptyPage = paged && directory.Settings.Graph.EmptyPages && token.Page % 2 == 1;
        var (rows, next) =
            isEmptyPage ? ([], token with { Page = token.Page + 1 })
            : query.OrderBy is { } order ? Ordered(source, query, valueOf, order, size, token)
            : Page(source, query, valueOf, size, token);
        if (next is not null)
            body["@odata.nextLink"] = $"{request.BaseUrl}/v1.0/{request.RawPath}?{request.Options.Carried}$skiptoken={Seal(next)}";
        body["value"] = new JsonArray([.. rows.Select(row => (JsonNode)view(row))]);
        return GraphReply.Ok(body);
    }

    private static (List<object> Rows, PageToken? Next) Page(
        RowSource source,
        ListQuery query,
        Func<object, string, JsonNode?> valueOf,
        int size,
        PageToken token
    )
    {
        var rows = new List<object>();
        var last = new RowCursor(token.Generated, token.Stored);
        foreach (var (row, at) in source(last))
        {
            if (!query.IsTrue(row, valueOf))
                continue;
            // One more was found: there is a next page.
            if (rows.Count == size)
                return (rows, token with { Generated = last.Generated, Stored = last.Stored, Page = token.Page + 1 });
            rows.Add(row);
            last = at;
        }
        return (rows, null);
    }

    /// <summary>The smallest values after the last page's last, found in one pass that keeps a page and no more.</summary>
    private static (List<object> Rows, PageToken? Next) Ordered(
        RowSource source,
        ListQuery query,
        Func<object, string, JsonNode?> valueOf,
        OrderClause order,
        int size,
        PageToken token
    )
    {
        var last = token.OrderId is null ? null : new OrderKey(token.OrderValue ?? "", token.OrderId);
        var best = new SortedList<OrderKey, object>(order.Comparer);
        var isMore = false;
        foreach (var (row, _) in source(RowCursor.Start))
        {
            if (!query.IsTrue(row, valueOf))
                continue;
            var key = new OrderKey(FilterValues.Text(valueOf(row, order.Property)) ?? "", FilterValues.Text(valueOf(row, "id")) ?? "");
            if (last is not null && order.Comparer.Compare(key, last) <= 0)
                continue;
            if (best.Count == size && order.Comparer.Compare(key, best.GetKeyAtIndex(size - 1)) >= 0)
            {
                isMore = true;
                continue;
            }
            best[key] = row;
            if (best.Count > size)
            {
                best.RemoveAt(size);
                isMore = true;
            }
        }
        if (!isMore)
            return ([.. best.Values], null);
        var end = best.GetKeyAtIndex(size - 1);
        return ([.. best.Values], token with { OrderValue = end.Value, OrderId = end.Id, Page = token.Page + 1 });
    }

    private static string Count(RowSource source, ListQuery query, Func<object, string, JsonNode?> valueOf) =>
        source(RowCursor.Start)
            .Count(found => query.IsTrue(found.Row, valueOf))
            .ToString(System.Globalization.CultureInfo.InvariantCulture);

    private PageToken Open(GraphRequest request)
    {
        if (request.Options.SkipToken is not { } text)
            return new PageToken(request.RawPath, 0, null, null, null, 0);
        // A token of another list is as good as none.
        return sealedValue.Open(TokenPurpose, text, GraphJson.Default.PageToken) is { } token && token.Path == request.RawPath
            ? token
            : throw new GraphRefusal(GraphError.ExpiredPageToken);
    }

    private string Seal(PageToken token) => sealedValue.Seal(TokenPurpose, token, GraphJson.Default.PageToken);

    private static string Context(string set, IReadOnlyList<string>? select) => select is null ? set : $"{set}({string.Join(',', select)})";
}
