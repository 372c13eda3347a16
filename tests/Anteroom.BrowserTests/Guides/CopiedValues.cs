using System.Text.Json.Nodes;
using Anteroom.BrowserTests.Rig;
using Anteroom.DevHost;
using Microsoft.Playwright;

namespace Anteroom.BrowserTests.Guides;

/// <summary>What a reader copied at the end of a guide, and the proof that it works.</summary>
internal sealed record CopiedValues(Sites Sites, string TenantId, string ClientId)
{
    private const string Everything = "https://graph.microsoft.com/.default";

    private string Authority => $"{Sites.Endpoints.EmulatorHttps}/{TenantId}/oauth2/v2.0";

    /// <summary>The address to which an application sends a browser.</summary>
    public string AuthorizeUrl(string redirectUri, string more = "&response_type=code", string scope = "openid profile email") =>
        $"{Authority}/authorize?client_id={ClientId}&redirect_uri={Uri.EscapeDataString(redirectUri)}&scope={Uri.EscapeDataString(scope)}&state=s-1&nonce=n-1{more}";

    public string TokenUrl => $"{Authority}/token";

    /// <summary>Back at the application: what came with the address.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ReplyAsync(IPage page, string redirectUri)
    {
        await page.WaitForURLAsync(address => address.StartsWith(redirectUri, StringComparison.Ordinal));
        var address = new Uri(page.Url);
        var reply = (address.Fragment.Length > 1 ? address.Fragment : address.Query)[1..];
        return reply.Split('&').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));
    }

    public async Task<JsonObject> TokenAsync(params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(
            form.Append(("client_id", ClientId)).Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2))
        );
        using var answer = await Sites.Demo.Http.PostAsync(TokenUrl, content);
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    /// <summary>As the application itself.</summary>
    public Task<JsonObject> AppTokenAsync(string secret) =>
        TokenAsync(("grant_type", "client_credentials"), ("client_secret", secret), ("scope", Everything));

    /// <summary>For a person, without pages.</summary>
    public Task<JsonObject> PasswordTokenAsync(DemoUser person, string secret) =>
        TokenAsync(
            ("grant_type", "password"),
            ("client_secret", secret),
            ("username", person.UserPrincipalName),
            ("password", person.Password),
            ("scope", "openid profile email")
        );

    /// <summary>The value works; its ID beside it is the usual wrong paste and says so.</summary>
    public async Task SecretWorksAsync(string value, string secretId)
    {
        Assert.NotNull((string?)(await AppTokenAsync(value))["access_token"]);
        Assert.Equal(7000215, (int)(await AppTokenAsync(secretId))["error_codes"]![0]!);
    }

    /// <summary>Microsoft Graph with the application's own token.</summary>
    public async Task<(int Status, JsonObject? Body)> GraphAsync(string secret, HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, $"{Sites.Endpoints.EmulatorHttps}/graph/v1.0/{path}");
        request.Headers.Authorization = new("Bearer", JsonCalls.Text(await AppTokenAsync(secret), "access_token"));
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var answer = await Sites.Demo.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, text.Length == 0 ? null : (JsonObject)JsonNode.Parse(text)!);
    }

    /// <summary>Claims of a token whose signature is somebody else's test.</summary>
    public static JsonObject Claims(string token) =>
        (JsonObject)JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]))!;
}
