using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Anteroom.Server.Platform.Observability;

namespace Anteroom.Server.Audit;

/// <summary>Writes an entry's details as JSON: control characters encoded, each value at most 1 KB (SEC-323), members that hold secrets masked.</summary>
/// <remarks>The mask is the second line: a <see cref="Anteroom.Protocols.Primitives.Secret"/> already refuses to be written.</remarks>
internal static class AuditDetails
{
    private const int MaxDepth = 6;
    private const int MaxMembers = 100;
    private const string Masked = "[secret]";

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        MaxDepth = 16,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private static readonly string[] SecretMembers =
    [
        "password",
        "secret",
        "token",
        "assertion",
        "authorization",
        "cookie",
        "verifier",
        "privateKey",
        "credential",
    ];

    public static string Write(IReadOnlyDictionary<string, object?>? details) =>
        details is null or { Count: 0 } ? "{}" : Clean(JsonSerializer.SerializeToNode(details, Format), 0)!.ToJsonString();

    private static JsonNode? Clean(JsonNode? node, int depth)
    {
        if (depth > MaxDepth)
            return "…";
        switch (node)
        {
            case JsonObject members:
                var cleaned = new JsonObject();
                foreach (var (name, value) in members.Take(MaxMembers))
                    cleaned[LogText.Clean(name)] = IsSecret(name) && HoldsText(value) ? Masked : Clean(value, depth + 1);
                return cleaned;
            case JsonArray items:
                return new JsonArray([.. items.Take(MaxMembers).Select(item => Clean(item, depth + 1))]);
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                return LogText.Clean(value.GetValue<string>());
            default:
                return node?.DeepClone();
        }
    }

    private static bool IsSecret(string name) => SecretMembers.Any(secret => name.EndsWith(secret, StringComparison.OrdinalIgnoreCase));

    private static bool HoldsText(JsonNode? value) => value is JsonObject or JsonArray || value?.GetValueKind() == JsonValueKind.String;
}
