using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Anteroom.EntraEmulator.Graph.Schema;

namespace Anteroom.EntraEmulator.Graph.OData;

/// <summary><c>$search="displayName:wa" OR "mail:con"</c>: words of a property that begin so.</summary>
internal sealed partial class SearchClause
{
    private readonly List<List<(string Property, string Text)>> _anyOf = [];

    public SearchClause(EntityType type, string search)
    {
        var at = 0;
        _anyOf.Add([]);
        foreach (Match part in Part().Matches(search))
        {
            if (part.Index != at && search[at..part.Index].Trim().Length > 0)
                throw Wrong(search, at);
            at = part.Index + part.Length;
            if (part.Groups["or"].Success)
            {
                _anyOf.Add([]);
                continue;
            }
            if (part.Groups["and"].Success)
                continue;
            var (name, text) = (part.Groups["name"].Value, part.Groups["text"].Value);
            if (type.Find(name) is not { IsSearchable: true })
                throw new GraphRefusal(
                    GraphError.Unsupported($"Unsupported search property '{GraphError.Short(name)}' on resource '{type.ResourceName}'.")
                );
            _anyOf[^1].Add((name, text));
        }
        if (search[at..].Trim().Length > 0 || _anyOf.Exists(all => all.Count == 0))
            throw Wrong(search, at);
    }

    public bool IsTrue(Func<string, JsonNode?> valueOf) =>
        _anyOf.Exists(all => all.TrueForAll(term => Has(valueOf(term.Property), term.Text)));

    private static bool Has(JsonNode? value, string text) =>
        value is JsonArray items
            ? items.Any(item => Has(item, text))
            : FilterValues.Text(value) is { } whole
                && (
                    whole.StartsWith(text, StringComparison.OrdinalIgnoreCase)
                    || Separators().Split(whole).Any(word => word.StartsWith(text, StringComparison.OrdinalIgnoreCase))
                );

    private static GraphRefusal Wrong(string search, int at) =>
        new(
            GraphError.Syntax(
                $"Syntax error: character '{(at < search.Length ? search[at] : ' ')}' is not valid at position {at} in '{GraphError.Short(search)}'."
            )
        );

    [GeneratedRegex("(?<or>\\bOR\\b)|(?<and>\\bAND\\b)|\"(?<name>[A-Za-z]+):(?<text>[^\"]*)\"")]
    private static partial Regex Part();

    [GeneratedRegex("[\\s\\-_.@,;:'()]+")]
    private static partial Regex Separators();
}
