using System.Text.Json;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Graph.OData;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Graph;

/// <summary>One call, whether it came by itself or inside of a batch.</summary>
internal sealed record GraphRequest(
    string Method,
    GraphPath Path,
    string RawPath,
    ODataOptions Options,
    IReadOnlyDictionary<string, string> Headers,
    JsonNode? Body,
    GraphCaller Caller,
    string BaseUrl,
    string? IpAddress
)
{
    /// <summary>What the route's placeholders stand for.</summary>
    public IReadOnlyDictionary<string, string> Keys { get; init; } = new Dictionary<string, string>();

    public Tenant Tenant => Caller.Tenant;

    public string TenantKey => Caller.Tenant.Id.ToString();

    public string this[string key] => Keys[key];

    public bool IsEventual =>
        Headers.GetValueOrDefault("ConsistencyLevel") is { } level && level.Equals("eventual", StringComparison.OrdinalIgnoreCase);

    /// <summary>The body as an object.</summary>
    public JsonObject Json =>
        Body as JsonObject
        ?? throw new GraphRefusal(
            GraphError.Syntax(
                "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format."
            )
        );

    public string? Text(string name) => Value<string>(name);

    public Guid RequiredGuid(string name) =>
        Guid.TryParse(Text(name), out var id) ? id : throw new GraphRefusal(GraphError.InvalidValue(name));

    public T? Value<T>(string name)
    {
        try
        {
            // An action without a body is one without parameters.
            return Body is not null && Json[name] is { } node ? node.Deserialize<T>(GraphJson.Web) : default;
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or FormatException)
        {
            throw new GraphRefusal(GraphError.InvalidValue(name));
        }
    }
}
