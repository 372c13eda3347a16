using System.Text.Json;
using System.Text.Json.Nodes;

namespace Anteroom.EntraEmulator.Graph.Schema;

/// <summary>An <see cref="EntityType"/> whose rows are <typeparamref name="T"/>; properties are added one by one.</summary>
internal sealed class EntityType<T>(string name, string set) : EntityType(name, set)
    where T : class
{
    /// <summary>A property in the answer without <c>$select</c>.</summary>
    public EntityType<T> Default(
        string property,
        Func<T, JsonNode?> get,
        Filters filters = Filters.None,
        Func<T, JsonNode?, T>? set = null,
        bool isSearchable = false,
        bool isOrderable = false
    ) => Put(property, get, filters, isDefault: true, set, isSearchable, isOrderable);

    /// <summary>A property that must be asked for.</summary>
    public EntityType<T> OnSelect(
        string property,
        Func<T, JsonNode?> get,
        Filters filters = Filters.None,
        Func<T, JsonNode?, T>? set = null,
        bool isSearchable = false,
        bool isOrderable = false
    ) => Put(property, get, filters, isDefault: false, set, isSearchable, isOrderable);

    public static Property Open(string property, Func<T, JsonNode?> get, Filters filters, Func<T, JsonNode?, T>? set) =>
        new(property, row => get((T)row), filters, IsDefault: false) { Set = set is null ? null : (row, value) => set((T)row, value) };

    private EntityType<T> Put(
        string property,
        Func<T, JsonNode?> get,
        Filters filters,
        bool isDefault,
        Func<T, JsonNode?, T>? set,
        bool isSearchable,
        bool isOrderable
    )
    {
        Add(
            new Property(property, row => get((T)row), filters, isDefault)
            {
                IsSearchable = isSearchable,
                IsOrderable = isOrderable,
                Set = set is null ? null : (row, value) => set((T)row, value),
            }
        );
        return this;
    }
}

/// <summary>Values of a body by their kind; another kind is refused by <see cref="EntityType.Apply"/>.</summary>
internal static class Values
{
    public static string? Text(JsonNode? node) => node?.GetValue<string>();

    public static string Required(JsonNode? node) =>
        node?.GetValue<string>() is { Length: > 0 } text ? text : throw new FormatException("A text is missing.");

    public static bool Flag(JsonNode? node) => node?.GetValue<bool>() ?? throw new FormatException("A flag is missing.");

    public static DateTimeOffset? Instant(JsonNode? node) => node?.GetValue<DateTimeOffset>();

    public static IReadOnlyList<string> Texts(JsonNode? node) =>
        node is null ? []
        : node is JsonArray items ? [.. items.Select(Required)]
        : throw new FormatException("A list is missing.");

    public static TValue? Read<TValue>(JsonNode? node) => node is null ? default : node.Deserialize<TValue>(GraphJson.Web);
}
