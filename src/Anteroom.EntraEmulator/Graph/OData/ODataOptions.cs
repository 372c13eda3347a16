using System.Globalization;

namespace Anteroom.EntraEmulator.Graph.OData;

/// <summary>The query options of a call, read but not yet compared with a type (graph.md §4.3, §4.4).</summary>
internal sealed class ODataOptions
{
    public const int LargestPage = 999;

    private static readonly string[] Known =
    [
        "$select",
        "$filter",
        "$top",
        "$count",
        "$search",
        "$expand",
        "$orderby",
        "$skiptoken",
        "$format",
        "$skip",
    ];

    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="GraphRefusal">An option that OData does not know, or one that came twice.</exception>
    public ODataOptions(IEnumerable<KeyValuePair<string, string>> query)
    {
        foreach (var (name, value) in query)
        {
            // "top" counts as "$top": the sign is optional in v1.0.
            var key = Known.FirstOrDefault(known =>
                known.Equals(name, StringComparison.OrdinalIgnoreCase) || known.AsSpan(1).Equals(name, StringComparison.OrdinalIgnoreCase)
            );
            if (key is null && name.StartsWith('$'))
                throw new GraphRefusal(GraphError.Syntax($"The query parameter '{GraphError.Short(name)}' is not supported."));
            if (key is not null && !_values.TryAdd(key, value))
                throw new GraphRefusal(
                    GraphError.Syntax($"Query option '{key}' was specified more than once, but it must be specified at most once.")
                );
        }
    }

    public string? Filter => _values.GetValueOrDefault("$filter");
    public string? Search => _values.GetValueOrDefault("$search");
    public string? Expand => _values.GetValueOrDefault("$expand");
    public string? OrderBy => _values.GetValueOrDefault("$orderby");
    public string? SkipToken => _values.GetValueOrDefault("$skiptoken");

    public bool Count => _values.GetValueOrDefault("$count")?.Equals("true", StringComparison.OrdinalIgnoreCase) == true;

    public IReadOnlyList<string>? Select =>
        _values.GetValueOrDefault("$select") is { Length: > 0 } names
            ? names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : null;

    public int? Top => _values.GetValueOrDefault("$top") is { } text ? ReadTop(text) : null;

    /// <summary>The options of the next page, without the token.</summary>
    public string Carried =>
        string.Concat(_values.Where(pair => pair.Key != "$skiptoken").Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}&"));

    private static int ReadTop(string text)
    {
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var top))
            throw new GraphRefusal(
                GraphError.Syntax(
                    $"Invalid value '{GraphError.Short(text)}' for $top query option found. The $top query option requires a non-negative integer value."
                )
            );
        return top is >= 1 and <= LargestPage
            ? top
            : throw new GraphRefusal(
                GraphError.BadRequest($"Invalid page size specified: '{top}'. Must be between 1 and {LargestPage} inclusive.")
            );
    }
}
