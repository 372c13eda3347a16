using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator;

namespace Anteroom.Tests.EntraEmulator.State;

/// <summary>The emulator as its own program, which can be killed and weighed.</summary>
internal sealed class EmulatorProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(100) };

    private EmulatorProcess(Process process, string url) => (_process, Url) = (process, url);

    public string Url { get; }

    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public static async Task<EmulatorProcess> StartAsync(string folder)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (
            var argument in (string[])
                [typeof(EmulatorServer).Assembly.Location, "--http-port", "0", "--no-https", "--quiet", "--data", folder]
        )
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        // "Entra emulator: http://localhost:12345/ " is printed when it listens.
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));
        if (
            line
                ?.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .FirstOrDefault(word => word.StartsWith("http:", StringComparison.Ordinal))
            is not { } address
        )
            throw new InvalidOperationException($"The emulator did not start: {line} {await process.StandardError.ReadToEndAsync()}");
        return new EmulatorProcess(process, address.TrimEnd('/'));
    }

    public async Task<JsonObject> PostAsync(string path, object body)
    {
        using var response = await _client.PostAsJsonAsync($"{Url}/_emulator{path}", body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return text.Length == 0 ? [] : (JsonObject)JsonNode.Parse(text)!;
    }

    public async Task<JsonObject> GetJsonAsync(string url, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await _client.SendAsync(request);
        return (JsonObject)JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }

    /// <summary>An app-only Graph token with an application permission.</summary>
    public async Task<string> GraphCallerAsync(string tenant, string permission)
    {
        var appId = (string)(await PostAsync($"/tenants/{tenant}/applications", new { displayName = "Reader" }))["appId"]!;
        var secret = (string)(await PostAsync($"/applications/{appId}/secrets", new { displayName = "s" }))["secretText"]!;
        await PostAsync($"/tenants/{tenant}/service-principals/{appId}/permissions", new { graph = new[] { permission } });
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = appId,
                ["client_secret"] = secret,
                ["scope"] = "https://graph.microsoft.com/.default",
            }
        );
        using var response = await _client.PostAsync(new Uri($"{Url}/{tenant}/oauth2/v2.0/token"), form);
        return (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["access_token"]!;
    }

    /// <summary><c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
        _client.Dispose();
    }
}
