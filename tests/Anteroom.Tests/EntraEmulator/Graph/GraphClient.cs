using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Anteroom.Tests.EntraEmulator.Graph;

/// <summary>Calls Graph with one token.</summary>
internal sealed class GraphClient(EmulatorStage emulator, string token)
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    public string AppId { get; init; } = "";
    public string Secret { get; init; } = "";

    public Task<GraphAnswer> GetAsync(string path, bool eventual = false) => SendAsync(HttpMethod.Get, path, null, eventual);

    public Task<GraphAnswer> PostAsync(string path, object? body = null) => SendAsync(HttpMethod.Post, path, body);

    public Task<GraphAnswer> PatchAsync(string path, object body) => SendAsync(HttpMethod.Patch, path, body);

    public Task<GraphAnswer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null);

    /// <param name="path">Below <c>/v1.0</c>, or a whole next link.</param>
    public async Task<GraphAnswer> SendAsync(HttpMethod method, string path, object? body, bool eventual = false)
    {
        var url = path.StartsWith("http", StringComparison.Ordinal) ? path : $"{emulator.Url}/graph/v1.0/{path}";
        using var request = new HttpRequestMessage(method, url);
        if (token.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (eventual)
            request.Headers.Add("ConsistencyLevel", "eventual");
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var headers = response
            .Headers.Concat(response.Content.Headers)
            .ToDictionary(pair => pair.Key, pair => string.Join(", ", pair.Value), StringComparer.OrdinalIgnoreCase);
        return new GraphAnswer(response.StatusCode, text, headers);
    }

    /// <summary>All values, page by page; the count of pages beside them.</summary>
    public async Task<(List<JsonObject> Values, int Pages)> AllAsync(string path, bool eventual = false)
    {
        var values = new List<JsonObject>();
        var pages = 0;
        for (var next = path; next is not null; pages++)
        {
            var answer = await GetAsync(next, eventual);
            Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
            values.AddRange(answer.Values);
            next = answer.NextLink;
        }
        return (values, pages);
    }
}

internal sealed record GraphAnswer(HttpStatusCode Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public JsonObject Json => (JsonObject)JsonNode.Parse(Text)!;
    public IEnumerable<JsonObject> Values => ((JsonArray)Json["value"]!).Select(value => (JsonObject)value!);
    public string? NextLink => (string?)Json["@odata.nextLink"];
    public string Code => (string)Json["error"]!["code"]!;
    public string Message => (string)Json["error"]!["message"]!;
    public string Id => (string)Json["id"]!;

    public IEnumerable<string> Names(string property = "displayName") => Values.Select(value => (string)value[property]!);

    public void Refuses(int status, string code, string? message = null)
    {
        Assert.True((int)Status == status, Text);
        Assert.Equal(code, Code);
        if (message is not null)
            Assert.Equal(message, Message);
        var inner = (JsonObject)Json["error"]!["innerError"]!;
        Assert.Equal(["date", "request-id", "client-request-id"], inner.Select(member => member.Key));
    }

    public GraphAnswer Succeeds(int status = 200)
    {
        Assert.True((int)Status == status, $"{(int)Status} {Text}");
        return this;
    }
}
