using Anteroom.EntraEmulator.Graph.Schema;

namespace Anteroom.EntraEmulator.Graph.OData;

/// <summary>Reads a <c>$filter</c> against a type: names must exist, and each property allows only some comparisons (graph.md §4.4).</summary>
internal sealed class FilterParser
{
    private const int MostInList = 15;
    private const int Deepest = 32;

    private readonly EntityType _type;
    private readonly string _filter;
    private readonly List<FilterToken> _tokens;
    private int _at;
    private int _depth;
    private string? _variable;

    private FilterParser(EntityType type, string filter) => (_type, _filter, _tokens) = (type, filter, FilterLexer.Read(filter));

    private bool IsAdvanced { get; set; }

    private bool NotIndexed { get; set; }

    public static ParsedFilter Parse(EntityType type, string filter)
    {
        var parser = new FilterParser(type, filter);
        var node = parser.Or();
        parser.Expect(FilterTokenKind.End);
        return new ParsedFilter(node, parser.IsAdvanced, parser.NotIndexed);
    }

    private FilterToken Current => _tokens[_at];

    private FilterNode Or()
    {
        if (++_depth > Deepest)
            throw Wrong("The node count limit has been exceeded");
        var left = And();
        while (IsWord("or"))
        {
            _at++;
            left = new OrNode(left, And());
        }
        _depth--;
        return left;
    }

    private FilterNode And()
    {
        var left = Unary();
        while (IsWord("and"))
        {
            _at++;
            left = new AndNode(left, Unary());
        }
        return left;
    }

    private FilterNode Unary()
    {
        if (IsWord("not"))
        {
            _at++;
            IsAdvanced = true;
            return new NotNode(Unary());
        }
        if (Current.Kind == FilterTokenKind.Open)
        {
            _at++;
            var inner = Or();
            Expect(FilterTokenKind.Close);
            return inner;
        }
        return Comparison();
    }

    private FilterNode Comparison()
    {
        var name = Expect(FilterTokenKind.Name);
        if (Current.Kind == FilterTokenKind.Open)
            return name.Value.EndsWith("/any", StringComparison.OrdinalIgnoreCase) ? Any(name) : Function(name);

        var path = name.Value;
        var property = Property(name);
        var operation = Expect(FilterTokenKind.Name).Value.ToLowerInvariant();
        if (operation == "in")
        {
            Require(property, Filters.Equal, path);
            return new InNode(path, List());
        }
        switch (operation)
        {
            case "eq":
                Require(property, Filters.Equal, path);
                break;
            case "ne":
                Require(property, Filters.Equal, path);
                IsAdvanced |= property is not null && !property.Filters.HasFlag(Filters.NotEqual);
                break;
            case "gt" or "ge" or "lt" or "le":
                Require(property, Filters.Order, path);
                break;
            default:
                throw Wrong($"Syntax error at position {Current.Position} in '{GraphError.Short(_filter)}'.");
        }
        return new CompareNode(path, operation, Literal());
    }

    private FunctionNode Function(FilterToken name)
    {
        var function = name.Value.ToLowerInvariant();
        if (function is not ("startswith" or "endswith" or "contains"))
            throw Wrong(
                $"An unknown function with name '{GraphError.Short(name.Value)}' was found. This may also be a function import or a key lookup on a navigation property, which is not allowed."
            );
        Expect(FilterTokenKind.Open);
        var path = Expect(FilterTokenKind.Name);
        Expect(FilterTokenKind.Comma);
        var text = Expect(FilterTokenKind.Text).Value;
        Expect(FilterTokenKind.Close);

        var property = Property(path);
        Require(
            property,
            function switch
            {
                "startswith" => Filters.StartsWith,
                "endswith" => Filters.EndsWith,
                _ => Filters.Contains,
            },
            path.Value
        );
        IsAdvanced |= function == "endswith";
        return new FunctionNode(function, path.Value, text);
    }

    private AnyNode Any(FilterToken name)
    {
        var path = name.Value[..^"/any".Length];
        var property = Property(name with { Value = path });
        Require(property, Filters.Any, path);
        Expect(FilterTokenKind.Open);
        if (Current.Kind == FilterTokenKind.Close)
        {
            _at++;
            return new AnyNode(path, null, null);
        }
        var variable = Expect(FilterTokenKind.Name).Value;
        Expect(FilterTokenKind.Colon);
        _variable = variable;
        var inner = Or();
        _variable = null;
        Expect(FilterTokenKind.Close);
        return new AnyNode(path, variable, inner);
    }

    private List<string?> List()
    {
        var values = new List<string?>();
        Expect(FilterTokenKind.Open);
        do
        {
            values.Add(Literal());
        } while (Next(FilterTokenKind.Comma));
        Expect(FilterTokenKind.Close);
        if (values.Count > MostInList)
            throw new GraphRefusal(
                GraphError.Unsupported(
                    $"Too many child clauses specified in search filter expression containing 'OR' operators: {values.Count}. Max allowed: {MostInList}."
                )
            );
        return values;
    }

    private string? Literal()
    {
        var token = _tokens[_at++];
        return token.Kind switch
        {
            FilterTokenKind.Text or FilterTokenKind.Literal => token.Value,
            FilterTokenKind.Name when token.Value is "null" => null,
            FilterTokenKind.Name when token.Value is "true" or "false" => token.Value,
            _ => throw Wrong($"Syntax error at position {token.Position} in '{GraphError.Short(_filter)}'."),
        };
    }

    /// <summary>Null for the variable of a lambda, which allows everything.</summary>
    private Property? Property(FilterToken name)
    {
        var first = name.Value.Split('/')[0];
        if (first == _variable)
            return null;
        return _type.Find(first)
            ?? throw Wrong($"Could not find a property named '{GraphError.Short(first)}' on type 'microsoft.graph.{_type.Name}'.");
    }

    private void Require(Property? property, Filters needed, string path)
    {
        if (property is null)
            return;
        if (property.Filters == Filters.None)
            throw new GraphRefusal(
                GraphError.Unsupported(
                    $"Unsupported or invalid query filter clause specified for property '{GraphError.Short(path)}' of resource '{_type.ResourceName}'."
                )
            );
        if (!property.Filters.HasFlag(needed))
            throw new GraphRefusal(GraphError.Unsupported("Unsupported Query."));
        IsAdvanced |= property.Filters.HasFlag(Filters.OnlyAdvanced);
        NotIndexed |= property.Filters.HasFlag(Filters.OnlyAdvanced);
    }

    private bool IsWord(string word) =>
        Current.Kind == FilterTokenKind.Name && Current.Value.Equals(word, StringComparison.OrdinalIgnoreCase);

    private bool Next(FilterTokenKind kind)
    {
        if (Current.Kind != kind)
            return false;
        _at++;
        return true;
    }

    private FilterToken Expect(FilterTokenKind kind)
    {
        if (Current.Kind != kind)
            throw Wrong($"Syntax error at position {Current.Position} in '{GraphError.Short(_filter)}'.");
        return _tokens[_at++];
    }

    private static GraphRefusal Wrong(string sentence) => new(GraphError.Syntax("Invalid filter clause: " + sentence));
}
