using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Anteroom.EntraEmulator.Graph.OData;

/// <summary>A parsed <c>$filter</c>, asked with a function that gives the value of a property, or null.</summary>
internal abstract record FilterNode
{
    public abstract bool IsTrue(Func<string, JsonNode?> valueOf);
}

internal sealed record AndNode(FilterNode Left, FilterNode Right) : FilterNode
{
    public override bool IsTrue(Func<string, JsonNode?> valueOf) => Left.IsTrue(valueOf) && Right.IsTrue(valueOf);
}

internal sealed record OrNode(FilterNode Left, FilterNode Right) : FilterNode
{
    public override bool IsTrue(Func<string, JsonNode?> valueOf) => Left.IsTrue(valueOf) || Right.IsTrue(valueOf);
}

internal sealed record NotNode(FilterNode Inner) : FilterNode
{
    public override bool IsTrue(Func<string, JsonNode?> valueOf) => !Inner.IsTrue(valueOf);
}

/// <summary><c>eq</c>, <c>ne</c>, <c>gt</c>, <c>ge</c>, <c>lt</c>, <c>le</c>. A null literal is null.</summary>
internal sealed record CompareNode(string Path, string Operator, string? Literal) : FilterNode
{
    public override bool IsTrue(Func<string, JsonNode?> valueOf)
    {
        var value = FilterValues.Text(valueOf(Path));
        if (Operator is "eq" or "ne")
            return FilterValues.AreEqual(value, Literal) == (Operator == "eq");
        if (value is null || Literal is null)
            return false;
        var order = FilterValues.Compare(value, Literal);
        return Operator switch
        {
            "gt" => order > 0,
            "ge" => order >= 0,
            "lt" => order < 0,
            _ => order <= 0,
        };
    }
}

internal sealed record InNode(string Path, IReadOnlyList<string?> Literals) : FilterNode
{
    public override bool IsTrue(Func<string, JsonNode?> valueOf)
    {
        var value = FilterValues.Text(valueOf(Path));
        return Literals.Any(literal => FilterValues.AreEqual(value, literal));
    }
}

/// <summary><c>startswith</c>, <c>endswith</c>, <c>contains</c>.</summary>
internal sealed record FunctionNode(string Function, string Path, string Literal) : FilterNode
{
    public override bool IsTrue(Func<string, JsonNode?> valueOf)
    {
        var value = FilterValues.Text(valueOf(Path));
        return value is not null
            && Function switch
            {
                "startswith" => value.StartsWith(Literal, StringComparison.OrdinalIgnoreCase),
                "endswith" => value.EndsWith(Literal, StringComparison.OrdinalIgnoreCase),
                _ => value.Contains(Literal, StringComparison.OrdinalIgnoreCase),
            };
    }
}

/// <summary><c>proxyAddresses/any(p:startswith(p,'smtp:'))</c>; without a condition: is there any?</summary>
internal sealed record AnyNode(string Path, string? Variable, FilterNode? Inner) : FilterNode
{
    public override bool IsTrue(Func<string, JsonNode?> valueOf) =>
        valueOf(Path) is JsonArray items
        && items.Any(item =>
            Inner is null
            || Inner.IsTrue(path =>
                path == Variable ? item : FilterValues.Member(item, path[(path.IndexOf('/', StringComparison.Ordinal) + 1)..])
            )
        );
}

/// <summary>Values as filters compare them: texts without case, instants as instants.</summary>
internal static class FilterValues
{
    public static string? Text(JsonNode? node) =>
        node is not JsonValue value
            ? null
            : value.GetValueKind() switch
            {
                JsonValueKind.String => value.GetValue<string>(),
                JsonValueKind.True => "true",
                JsonValueKind.False => "false",
                _ => value.ToJsonString(),
            };

    public static JsonNode? Member(JsonNode? node, string path)
    {
        foreach (var name in path.Split('/'))
            node = (node as JsonObject)?[name];
        return node;
    }

    public static bool AreEqual(string? value, string? literal) =>
        value is null || literal is null
            ? value is null && literal is null
            : string.Equals(value, literal, StringComparison.OrdinalIgnoreCase)
                || (IsInstant(value, out var left) && IsInstant(literal, out var right) && left == right);

    public static int Compare(string value, string literal)
    {
        if (IsInstant(value, out var left) && IsInstant(literal, out var right))
            return left.CompareTo(right);
        if (
            double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.TryParse(literal, NumberStyles.Float, CultureInfo.InvariantCulture, out var other)
        )
            return number.CompareTo(other);
        return string.Compare(value, literal, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsInstant(string text, out DateTimeOffset instant)
    {
        instant = default;
        return text.Length >= 10
            && char.IsDigit(text[0])
            && text[4] == '-'
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out instant);
    }
}
