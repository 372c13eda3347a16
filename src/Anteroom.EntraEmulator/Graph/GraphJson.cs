using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Anteroom.EntraEmulator.Graph.OData;

namespace Anteroom.EntraEmulator.Graph;

/// <summary>JSON of Microsoft Graph: values as it writes them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(PageToken))]
internal sealed partial class GraphJson : JsonSerializerContext
{
    public static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    /// <summary>An instant with whole seconds: <c>2026-05-04T10:11:12Z</c>.</summary>
    public static JsonNode? Instant(DateTimeOffset? at) =>
        at is { } value ? JsonValue.Create(value.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)) : null;

    public static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(value => (JsonNode)value)]);

    public static JsonArray Objects(IEnumerable<JsonObject> values) => new([.. values]);

    /// <summary>A record of the directory by its own names, for the parts that Graph shows as they are.</summary>
    public static JsonNode? Plain<T>(T value) => JsonSerializer.SerializeToNode(value, Web);

    public static JsonNode Id(Guid id) => JsonValue.Create(id.ToString());
}
