using System.Text.Json.Nodes;

namespace Anteroom.Harness;

/// <summary>Sets the emulator's stage by its control API, as anybody could (<c>/_emulator/…</c>).</summary>
public sealed class EmulatorControl(string address)
{
    private static readonly HttpClient Http = new(
        new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            MaxConnectionsPerServer = 100,
        }
    );

    /// <exception cref="InvalidOperationException">The emulator refuses; the message is its own.</exception>
    public async Task<JsonObject> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, $"{address}/_emulator/{path}");
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {text}");
        return text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject();
    }

    public Task<JsonObject> PostAsync(string path, object? body = null) => SendAsync(HttpMethod.Post, path, body);

    public Task<JsonObject> PatchAsync(string path, object body) => SendAsync(HttpMethod.Patch, path, body);

    /// <summary>Something goes wrong on purpose until the returned fault is disposed.</summary>
    public async Task<EmulatorFault> FaultAsync(object fault)
    {
        var made = await PostAsync("faults", fault);
        return new EmulatorFault(this, (int)made["id"]!);
    }

    /// <summary>Requests that the emulator answered at addresses that contain <paramref name="path"/>, oldest first.</summary>
    public async Task<IReadOnlyList<JsonObject>> RequestsAsync(string path)
    {
        var answer = await SendAsync(HttpMethod.Get, $"requests?limit=1000&path={Uri.EscapeDataString(path)}");
        return [.. answer["items"]!.AsArray().Select(item => item!.AsObject())];
    }
}

/// <summary>A fault that is set at the emulator.</summary>
public sealed class EmulatorFault(EmulatorControl control, int id) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        try
        {
            await control.SendAsync(HttpMethod.Delete, $"faults/{id}");
        }
        catch (InvalidOperationException)
        {
            // Its count ran out.
        }
    }
}
