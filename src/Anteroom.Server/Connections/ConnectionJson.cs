using System.Text.Json;
using System.Text.Json.Serialization;

namespace Anteroom.Server.Connections;

/// <summary>How settings lie in <c>connection_revisions</c>: the API's own words, enums as camelCase and never as numbers.</summary>
internal static class ConnectionJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    public static string Write(ConnectionSettings settings) => JsonSerializer.Serialize(settings, Options);

    public static ConnectionSettings Read(string json) => JsonSerializer.Deserialize<ConnectionSettings>(json, Options)!;
}
