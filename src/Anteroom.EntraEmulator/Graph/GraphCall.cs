using System.Text.Json.Nodes;

namespace Anteroom.EntraEmulator.Graph;

/// <summary>A call as it was sent, by HTTP or as a part of a batch.</summary>
/// <param name="RawPath">Below <c>/v1.0/</c>, escaped.</param>
internal sealed record GraphCall(
    string Method,
    string RawPath,
    IReadOnlyList<KeyValuePair<string, string>> Query,
    IReadOnlyDictionary<string, string> Headers,
    JsonNode? Body
);

/// <summary>What all parts of one HTTP request share.</summary>
/// <param name="BaseUrl">Without the version: <c>http://localhost:5081/graph</c>.</param>
internal sealed record CallContext(string BaseUrl, string? IpAddress, DateTimeOffset At, Guid RequestId, string ClientRequestId);
