using System.Text.Json.Nodes;

namespace Anteroom.EntraEmulator.Graph.Schema;

/// <summary>A property of a resource: how it is read, filtered and, if at all, written.</summary>
/// <param name="Get">The value of a row, or null.</param>
/// <param name="IsDefault">In the answer without <c>$select</c>.</param>
internal sealed record Property(string Name, Func<object, JsonNode?> Get, Filters Filters, bool IsDefault)
{
    public bool IsSearchable { get; init; }
    public bool IsOrderable { get; init; }

    /// <summary>The changed row; null for what cannot be set.</summary>
    public Func<object, JsonNode?, object>? Set { get; init; }
}
