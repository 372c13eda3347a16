using System.Text.Json.Nodes;

namespace Anteroom.EntraEmulator.Graph;

/// <summary>What a handler answers; HTTP and batch write it each in their way.</summary>
internal sealed record GraphReply(int Status, JsonNode? Body)
{
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>In place of JSON: <c>$count</c> answers plain text.</summary>
    public string? Text { get; init; }

    public static readonly GraphReply NoContent = new(204, null);

    public static GraphReply Ok(JsonNode body) => new(200, body);

    public static GraphReply Created(JsonNode body, string? location = null) =>
        new(201, body)
        {
            Headers = location is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["Location"] = location },
        };
}
