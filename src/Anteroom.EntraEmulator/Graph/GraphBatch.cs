using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace Anteroom.EntraEmulator.Graph;

/// <summary>JSON batching (graph.md §9.3): up to twenty calls, each with its own status; a failed dependency is 424.</summary>
internal static class GraphBatch
{
    private const int MostParts = 20;
    private const int FailedDependency = 424;

    public static GraphReply Handle(GraphCall batch, Func<GraphCall, GraphReply> handle)
    {
        if (batch.Method != "POST")
            throw new GraphRefusal(GraphError.MethodNotAllowed);
        if ((batch.Body as JsonObject)?["requests"] is not JsonArray parts || parts.Count == 0)
            throw new GraphRefusal(GraphError.Syntax("Invalid batch payload format."));
        if (parts.Count > MostParts)
            throw new GraphRefusal(
                new GraphError(400, "MaximumValueExceeded", $"Number of batch request steps exceeds the maximum value of {MostParts}.")
            );

        var statuses = new Dictionary<string, int>();
        var responses = new JsonArray();
        foreach (var part in parts)
        {
            var (id, call, dependsOn) = Read(part as JsonObject, batch);
            if (statuses.ContainsKey(id))
                throw new GraphRefusal(GraphError.Syntax("Request Id should be unique in the batch."));
            if (dependsOn.Find(other => !statuses.ContainsKey(other)) is { } unknown)
                throw new GraphRefusal(
                    GraphError.Syntax(
                        $"Request '{GraphError.Short(id)}' depends on '{GraphError.Short(unknown)}', which comes later or not at all."
                    )
                );

            var reply = dependsOn.Exists(other => statuses[other] >= 400) ? Failed() : handle(call);
            statuses[id] = reply.Status;
            responses.Add((JsonNode)Write(id, reply));
        }
        return GraphReply.Ok(new JsonObject { ["responses"] = responses });
    }

    private static (string Id, GraphCall Call, List<string> DependsOn) Read(JsonObject? part, GraphCall batch)
    {
        try
        {
            if (
                (string?)part?["id"] is not { Length: > 0 } id
                || (string?)part["method"] is not { } method
                || (string?)part["url"] is not { } url
            )
                throw new GraphRefusal(GraphError.Syntax("Invalid batch payload format."));
            if (url.Contains("://", StringComparison.Ordinal) || url.Contains("$batch", StringComparison.OrdinalIgnoreCase))
                throw new GraphRefusal(GraphError.Syntax("Invalid request URL. Relative URLs are expected, and batches do not nest."));

            var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            if (batch.Headers.GetValueOrDefault("ConsistencyLevel") is { } level)
                headers["ConsistencyLevel"] = level;
            foreach (var (name, value) in part["headers"] as JsonObject ?? [])
                headers[name] = (string?)value ?? "";
            var question = url.IndexOf('?', StringComparison.Ordinal);
            var path = (question < 0 ? url : url[..question]).Trim('/');
            var query =
                question < 0
                    ? []
                    : QueryHelpers
                        .ParseQuery(url[question..])
                        .SelectMany(pair => pair.Value.Select(value => KeyValuePair.Create(pair.Key, value ?? "")))
                        .ToList();
            var dependsOn = (part["dependsOn"] as JsonArray ?? []).Select(other => (string?)other ?? "").ToList();
            return (id, new GraphCall(method.ToUpperInvariant(), path, query, headers, part["body"]?.DeepClone()), dependsOn);
        }
        catch (InvalidOperationException)
        {
            throw new GraphRefusal(GraphError.Syntax("Invalid batch payload format."));
        }
    }

    private static GraphReply Failed() =>
        new(
            FailedDependency,
            new JsonObject
            {
                ["error"] = new JsonObject
                {
                    ["code"] = "FailedDependency",
                    ["message"] = "The request failed because a request that it depends on failed.",
                },
            }
        );

    private static JsonObject Write(string id, GraphReply reply)
    {
        var headers = new JsonObject();
        foreach (var (name, value) in reply.Headers)
            headers[name] = value;
        if (reply.Body is not null)
            headers["Content-Type"] = "application/json";
        else if (reply.Text is not null)
            headers["Content-Type"] = "text/plain";
        return new JsonObject
        {
            ["id"] = id,
            ["status"] = reply.Status,
            ["headers"] = headers,
            ["body"] = reply.Body ?? reply.Text,
        };
    }
}
