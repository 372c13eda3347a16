using System.Text.Json;
using System.Text.Json.Nodes;

namespace Anteroom.EntraEmulator.Graph.Schema;

/// <summary>A resource type: its properties in the order in which they are written.</summary>
/// <param name="name">As in <c>#microsoft.graph.user</c>.</param>
/// <param name="set">The collection in <c>@odata.context</c>.</param>
internal class EntityType(string name, string set)
{
    private readonly Dictionary<string, Property> _properties = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Property> _order = [];

    public string Name => name;

    public string Set => set;

    /// <summary>As error messages call it: <c>User</c>.</summary>
    public string ResourceName => char.ToUpperInvariant(name[0]) + name[1..];

    public IReadOnlyList<Property> Properties => _order;

    /// <summary>Properties that exist in Graph but outside of the directory: selecting one is 501.</summary>
    public IReadOnlyList<string> Elsewhere { get; init; } = [];

    /// <summary>Properties of no fixed name, such as directory extensions.</summary>
    public Func<string, Property?> FindOpen { get; init; } = _ => null;

    public Property? Find(string property) => _properties.GetValueOrDefault(property) ?? FindOpen(property);

    /// <summary>The named properties in the type's own order, or the default ones.</summary>
    /// <exception cref="GraphRefusal">There is no such property.</exception>
    public IReadOnlyList<Property> Select(IReadOnlyList<string>? names)
    {
        if (names is null || names.Contains("*"))
            return [.. _order.Where(property => property.IsDefault)];
        var selected = new List<Property>();
        foreach (var wanted in names.Select(path => path.Split('/')[0]))
        {
            if (Elsewhere.Contains(wanted, StringComparer.OrdinalIgnoreCase))
                throw new GraphRefusal(GraphError.NotImplemented);
            selected.Add(
                Find(wanted)
                    ?? throw new GraphRefusal(
                        GraphError.Syntax(
                            $"Parsing OData Select and Expand failed: Could not find a property named '{GraphError.Short(wanted)}' on type 'microsoft.graph.{name}'."
                        )
                    )
            );
        }
        return [.. selected.Distinct().OrderBy(property => _order.IndexOf(property) is var index && index < 0 ? int.MaxValue : index)];
    }

    public static JsonObject Render(object row, IEnumerable<Property> properties)
    {
        var json = new JsonObject();
        foreach (var property in properties)
            json[property.Name] = property.Get(row);
        return json;
    }

    /// <summary>The value of a property or of a member inside it: <c>status/errorCode</c>.</summary>
    public JsonNode? ValueOf(object row, string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var value = Find(slash < 0 ? path : path[..slash])?.Get(row);
        return slash < 0 ? value : OData.FilterValues.Member(value, path[(slash + 1)..]);
    }

    /// <summary>Applies the members of a body to a row.</summary>
    /// <exception cref="GraphRefusal">A member that does not exist, cannot be set or has the wrong kind of value.</exception>
    public object Apply(object row, JsonObject body, params ReadOnlySpan<string> handledElsewhere)
    {
        foreach (var (member, value) in body)
        {
            if (member.StartsWith('@') || member.Contains("@odata.", StringComparison.Ordinal) || handledElsewhere.Contains(member))
                continue;
            var property = Find(member);
            if (property is null)
                throw new GraphRefusal(
                    GraphError.BadRequest(
                        $"Property '{GraphError.Short(member)}' does not exist on type 'microsoft.graph.{name}'. Make sure to only use property names that are defined by the type."
                    )
                );
            if (property.Set is null)
                throw new GraphRefusal(GraphError.ReadOnly(property.Name));
            try
            {
                row = property.Set(row, value);
            }
            catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or FormatException)
            {
                throw new GraphRefusal(GraphError.InvalidValue(property.Name));
            }
        }
        return row;
    }

    protected void Add(Property property)
    {
        _properties.Add(property.Name, property);
        _order.Add(property);
    }
}
