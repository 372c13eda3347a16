using System.Text.Json;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Hosting;

namespace Anteroom.EntraEmulator.Graph;

/// <summary>Microsoft Graph below <c>/graph</c>: HTTP in, HTTP out; <see cref="GraphDispatcher"/> does the rest.</summary>
internal static class GraphEndpoint
{
    private const string ContentType = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";

    public static void Map(IEndpointRouteBuilder routes) => routes.Map("/graph/{version}/{**path}", HandleAsync);

    private static async Task HandleAsync(
        HttpContext http,
        string version,
        GraphDispatcher dispatcher,
        GraphTokens tokens,
        CancellationToken ct
    )
    {
        var ids = RequestIds.Of(http);
        var clientRequestId = http.Request.Headers["client-request-id"].ToString() is { Length: > 0 and <= 128 } sent
            ? sent
            : ids.TraceId.ToString();
        var headers = http.Response.Headers;
        headers.CacheControl = "no-cache";
        headers["request-id"] = ids.TraceId.ToString();
        headers["client-request-id"] = clientRequestId;
        headers["OData-Version"] = "4.0";
        headers["x-ms-ags-diagnostic"] =
            """{"ServerInfo":{"DataCenter":"Loopback","Slice":"E","Ring":"0","ScaleUnit":"000","RoleInstance":"EMULATOR"}}""";
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlExposeHeaders =
            "ETag, Location, Preference-Applied, Content-Range, request-id, client-request-id, ReadWriteConsistencyToken, Retry-After";
        if (HttpMethods.IsOptions(http.Request.Method))
        {
            headers.AccessControlAllowMethods = "GET, POST, PATCH, PUT, DELETE, OPTIONS";
            headers.AccessControlAllowHeaders = http.Request.Headers.AccessControlRequestHeaders;
            return;
        }

        var reply = await AnswerAsync(http, version, dispatcher, tokens, clientRequestId, ct);
        await WriteAsync(http, reply, ct);
    }

    private static async Task<GraphReply> AnswerAsync(
        HttpContext http,
        string version,
        GraphDispatcher dispatcher,
        GraphTokens tokens,
        string clientRequestId,
        CancellationToken ct
    )
    {
        var ids = RequestIds.Of(http);
        try
        {
            if (version != "v1.0")
                throw new GraphRefusal(GraphError.Syntax($"Invalid version: {GraphError.Short(version)}"));
            var caller = tokens.Read(http.Request.Headers.Authorization.ToString());
            var prefix = "/graph/v1.0/";
            var raw = (http.Request.Path.ToUriComponent() is { Length: > 12 } path ? path[prefix.Length..] : "").TrimEnd('/');
            var call = new GraphCall(
                http.Request.Method,
                raw,
                [.. http.Request.Query.SelectMany(pair => pair.Value.Select(value => KeyValuePair.Create(pair.Key, value ?? "")))],
                http.Request.Headers.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                await BodyAsync(http.Request, ct)
            );
            return dispatcher.Handle(
                call,
                caller,
                new CallContext(
                    $"{Authority.Of(http).Url}/graph",
                    http.Connection.RemoteIpAddress?.ToString(),
                    ids.At,
                    ids.TraceId,
                    clientRequestId
                )
            );
        }
        catch (GraphRefusal refused)
        {
            return GraphDispatcher.Refuse(refused.Error, ids.At, ids.TraceId, clientRequestId);
        }
    }

    private static async Task<JsonNode?> BodyAsync(HttpRequest request, CancellationToken ct)
    {
        if (
            HttpMethods.IsGet(request.Method)
            || HttpMethods.IsDelete(request.Method)
            || request.ContentLength is null or 0 && !request.Headers.ContainsKey("Transfer-Encoding")
        )
            return null;
        try
        {
            return await JsonNode.ParseAsync(request.Body, cancellationToken: ct);
        }
        catch (JsonException)
        {
            throw new GraphRefusal(
                GraphError.Syntax(
                    "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format."
                )
            );
        }
    }

    private static async Task WriteAsync(HttpContext http, GraphReply reply, CancellationToken ct)
    {
        http.Response.StatusCode = reply.Status;
        foreach (var (name, value) in reply.Headers)
            http.Response.Headers[name] = value;
        if (reply.Text is { } text)
        {
            http.Response.ContentType = "text/plain";
            await http.Response.WriteAsync(text, ct);
        }
        else if (reply.Body is { } body)
        {
            http.Response.ContentType = ContentType;
            await using var writer = new Utf8JsonWriter(http.Response.BodyWriter);
            body.WriteTo(writer);
            await writer.FlushAsync(ct);
        }
    }
}
