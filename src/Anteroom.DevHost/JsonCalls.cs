using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Anteroom.DevHost;

/// <summary>JSON in, JSON out, and a readable failure for anything but the wished answer.</summary>
internal sealed class JsonCalls(HttpClient http, string baseAddress, Func<string?> bearer)
{
    public Task<JsonNode> PostAsync(string path, JsonNode body, CancellationToken ct) => SendAsync(HttpMethod.Post, path, body, ct);

    public Task<JsonNode> PatchAsync(string path, JsonNode body, CancellationToken ct) => SendAsync(HttpMethod.Patch, path, body, ct);

    /// <summary>Null where nothing is there, or the key is not known (any more).</summary>
    public async Task<JsonNode?> FindAsync(string path, CancellationToken ct)
    {
        using var answer = await http.SendAsync(Request(HttpMethod.Get, path), ct);
        return answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Unauthorized ? null : await ReadAsync(answer, path, ct);
    }

    /// <summary>A member that the answer must have.</summary>
    public static string Text(JsonNode answer, string member) =>
        answer[member]?.GetValue<string>()
        ?? throw new DemoException(new DemoFailure($"An answer lacks '{member}': {answer.ToJsonString()}"));

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonNode body, CancellationToken ct)
    {
        var request = Request(method, path);
        request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request, ct);
        return await ReadAsync(answer, path, ct);
    }

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, baseAddress + path);
        if (bearer() is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return request;
    }

    private async Task<JsonNode> ReadAsync(HttpResponseMessage answer, string path, CancellationToken ct)
    {
        var text = await answer.Content.ReadAsStringAsync(ct);
        if (!answer.IsSuccessStatusCode)
            throw new DemoException(
                new DemoFailure(
                    $"{answer.RequestMessage?.Method} {baseAddress}{path} was answered with {(int)answer.StatusCode}: {text.Trim()}"
                )
            );
        return (text.Length == 0 ? null : JsonNode.Parse(text)) ?? new JsonObject();
    }
}
