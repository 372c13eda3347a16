using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Graph.Schema;

namespace Anteroom.EntraEmulator.Graph.OData;

/// <summary>What a list is asked for, checked against its type and against the rules of advanced queries (graph.md §4.4).</summary>
internal sealed class ListQuery
{
    private readonly FilterNode? _filter;
    private readonly SearchClause? _search;

    public ListQuery(GraphRequest request, EntityType type, bool isCast)
    {
        var options = request.Options;
        var isAdvanced = request.IsEventual && (options.Count || request.Path.IsCount);
        if (options.Search is { } search)
        {
            if (!request.IsEventual)
                throw new GraphRefusal(
                    GraphError.Unsupported(
                        "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'"
                    )
                );
            _search = new SearchClause(type, search);
        }
        if (options.Filter is { } filter)
        {
            var parsed = FilterParser.Parse(type, filter);
            if (parsed.IsAdvanced && !isAdvanced)
                throw new GraphRefusal(
                    GraphError.Unsupported(
                        parsed.NotIndexed ? "The request uses a filter property that is not indexed" : "Unsupported Query."
                    )
                );
            _filter = parsed.Node;
        }
        if (options.OrderBy is { } order)
            OrderBy = ReadOrder(type, order, options.Filter is not null && !isAdvanced);
        if (isCast && !isAdvanced && (options.Filter is not null || options.OrderBy is not null || options.Search is not null))
            throw new GraphRefusal(GraphError.Unsupported("Unsupported Query."));
    }

    public OrderClause? OrderBy { get; }

    public bool IsTrue(object row, Func<object, string, JsonNode?> valueOf) =>
        _filter?.IsTrue(path => valueOf(row, path)) != false && _search?.IsTrue(path => valueOf(row, path)) != false;

    private static OrderClause ReadOrder(EntityType type, string text, bool isRefused)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is 0 or > 2 || (words.Length == 2 && words[1] is not ("asc" or "desc")))
            throw new GraphRefusal(GraphError.Syntax($"Syntax error in '{GraphError.Short(text)}'."));
        var property =
            type.Find(words[0])
            ?? throw new GraphRefusal(
                GraphError.Syntax($"Could not find a property named '{GraphError.Short(words[0])}' on type 'microsoft.graph.{type.Name}'.")
            );
        // An order by time alone is the logs' own; other orders with a filter are advanced queries.
        var isTime = property.Name.EndsWith("DateTime", StringComparison.Ordinal);
        if (!property.IsOrderable || (isRefused && !isTime))
            throw new GraphRefusal(GraphError.Unsupported("Sorting not supported for current query."));
        return new OrderClause(property.Name, words is [_, "desc"]);
    }
}
