using System.Net;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator;
using Anteroom.EntraEmulator.Objects;
using Anteroom.Harness;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>An emulator in memory with one tenant, one person and one web application, reached over HTTP only.</summary>
internal sealed class EmulatorStage : IAsyncDisposable
{
    public const string RedirectUri = "https://rp.example/callback";
    public const string LogoutUrl = "https://rp.example/front-channel-logout";
    public const string SpaRedirectUri = "https://spa.example/callback";
    public const string NativeRedirectUri = "myapp://auth";
    public const string Password = "correct horse battery";

    private readonly HttpClient _client;

    private EmulatorStage(EmulatorServer server, EmulatorClockDouble clock)
    {
        (Server, Clock) = (server, clock);
        _client = new HttpClient { BaseAddress = server.Http };
    }

    public EmulatorServer Server { get; }
    public EmulatorClockDouble Clock { get; }

    /// <summary>For setting a stage that the control API does not set.</summary>
    public EntraDirectory Directory => Server.Get<EntraDirectory>();
    public Tenant Tenant => Directory.Tenants.Find(TenantId)!;
    public User User => Directory.Users.Find(UserId)!;
    public Application Application => Directory.FindApplication(Guid.Parse(AppId))!;
    public string Url => Server.Http!.ToString().TrimEnd('/');
    public string TenantId { get; private set; } = "";
    public string AppId { get; private set; } = "";
    public string SecretId { get; private set; } = "";
    public string Secret { get; private set; } = "";
    public string UserId { get; private set; } = "";

    public static async Task<EmulatorStage> StartAsync(EmulatorOptions? options = null)
    {
        var clock = new EmulatorClockDouble();
        var server = await EmulatorServer.StartAsync(
            (options ?? new EmulatorOptions { HttpsPort = null }) with
            {
                NewKey = SpareKeys.ForOneEmulator(),
            },
            clock
        );
        var stage = new EmulatorStage(server, clock);
        await stage.SetAsync();
        return stage;
    }

    public EmulatorBrowser NewBrowser() => new(Server.Http!);

    public Task<JsonObject> PostAsync(string path, object body) => ControlAsync(HttpMethod.Post, path, body);

    public Task<JsonObject> PatchAsync(string path, object body) => ControlAsync(HttpMethod.Patch, path, body);

    public async Task<JsonObject> ControlAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, "/_emulator" + path);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var response = await _client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {response.StatusCode} {text}");
        return text.Length == 0 ? [] : (JsonObject)JsonNode.Parse(text)!;
    }

    public void Change(Func<User, User> change) => Directory.Write(changes => changes.Put(Directory.Users, change(User)));

    public void Change(Func<Application, Application> change) =>
        Directory.Write(changes => changes.Put(Directory.Applications, change(Application)));

    public void Change(Func<Tenant, Tenant> change) => Directory.Write(changes => changes.Put(Directory.Tenants, change(Tenant)));

    /// <summary>An API with one scope, in the same tenant.</summary>
    public async Task<Application> AddApiAsync(int version = 2, params string[] scopes)
    {
        var made = await PostAsync($"/tenants/{TenantId}/applications", new { displayName = "Orders API" });
        var api = Directory.FindApplication(Guid.Parse((string)made["appId"]!))!;
        var changed = api with
        {
            IdentifierUris = [$"api://{api.AppId}"],
            Api = new ApiApplication
            {
                RequestedAccessTokenVersion = version,
                Oauth2PermissionScopes = [.. scopes.Select(scope => new PermissionScope(Guid.CreateVersion7(), scope))],
            },
        };
        Directory.Write(changes => changes.Put(Directory.Applications, changed));
        return changed;
    }

    /// <summary>Consent for everybody, as an administrator gives it.</summary>
    public void Consent(string appId, params string[] scopes) =>
        Server.Get<ConsentRegister>().Grant(Guid.Parse(TenantId), Guid.Parse(appId), null, scopes);

    public Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(path);

    public async Task<JsonObject> JsonAsync(string path) => (JsonObject)JsonNode.Parse(await _client.GetStringAsync(path))!;

    /// <summary>An authorize address with sensible parameters; null takes one away.</summary>
    public string AuthorizeUrl(string? tenant = null, params (string Name, string? Value)[] changes)
    {
        var parameters = new Dictionary<string, string?>
        {
            ["client_id"] = AppId,
            ["response_type"] = "code",
            ["redirect_uri"] = RedirectUri,
            ["scope"] = "openid profile email",
            ["state"] = "state-1",
            ["nonce"] = "nonce-1",
        };
        foreach (var (name, value) in changes)
            parameters[name] = value;
        var query = string.Join(
            '&',
            parameters.Where(pair => pair.Value is not null).Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value!)}")
        );
        return $"/{tenant ?? TenantId}/oauth2/v2.0/authorize?{query}";
    }

    /// <summary>Signs the person in with a new browser and returns the code.</summary>
    public async Task<string> CodeAsync(params (string Name, string? Value)[] changes)
    {
        var reply = await NewBrowser().SignInAsync(AuthorizeUrl(null, changes), "mira@contoso.example", Password);
        return reply["code"];
    }

    public Task<TokenReply> TokenAsync(string? tenant = null, string? origin = null, params (string Name, string? Value)[] form) =>
        PostTokenAsync($"/{tenant ?? TenantId}/oauth2/v2.0/token", origin, form);

    public Task<TokenReply> PostTokenAsync(string path, params (string Name, string? Value)[] form) => PostTokenAsync(path, null, form);

    /// <summary>To any endpoint that answers clients in JSON.</summary>
    public async Task<TokenReply> PostTokenAsync(string path, string? origin, (string Name, string? Value)[] form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = new FormUrlEncodedContent(
            form.Where(pair => pair.Value is not null).Select(pair => KeyValuePair.Create(pair.Name, pair.Value!))
        );
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        using var response = await _client.SendAsync(request);
        return new TokenReply(
            response.StatusCode,
            (JsonObject)JsonNode.Parse(await response.Content.ReadAsStringAsync())!,
            response.Headers.ToDictionary(pair => pair.Key, pair => string.Join(", ", pair.Value))
        );
    }

    public Task<TokenReply> RedeemAsync(string code, params (string Name, string? Value)[] changes)
    {
        var form = new Dictionary<string, string?>
        {
            ["grant_type"] = "authorization_code",
            ["client_id"] = AppId,
            ["client_secret"] = Secret,
            ["code"] = code,
            ["redirect_uri"] = RedirectUri,
        };
        foreach (var (name, value) in changes)
            form[name] = value;
        return TokenAsync(null, null, [.. form.Select(pair => (pair.Key, pair.Value))]);
    }

    /// <summary>The claims of the ID token of a whole sign-in.</summary>
    public async Task<JsonObject> IdTokenAsync(params (string Name, string? Value)[] changes)
    {
        var tokens = await RedeemAsync(await CodeAsync(changes));
        Assert.Equal(HttpStatusCode.OK, tokens.Status);
        return Jwt.Payload((string)tokens.Body["id_token"]!);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Server.DisposeAsync();
    }

    private async Task SetAsync()
    {
        var existing = (JsonArray)(await ControlAsync(HttpMethod.Get, "/tenants"))["items"]!;
        if (existing.Count > 0)
            return;
        var tenant = await PostAsync(
            "/tenants",
            new
            {
                displayName = "Contoso",
                initialDomain = "contoso.onmicrosoft.com",
                verifiedDomains = new[] { "contoso.example" },
                region = "EU",
                countryCode = "DE",
            }
        );
        TenantId = (string)tenant["id"]!;
        var user = await PostAsync(
            $"/tenants/{TenantId}/users",
            new
            {
                userPrincipalName = "mira@contoso.example",
                displayName = "Mira Koch",
                givenName = "Mira",
                surname = "Koch",
                mail = "mira@contoso.example",
                password = Password,
            }
        );
        UserId = (string)user["id"]!;
        var application = await PostAsync(
            $"/tenants/{TenantId}/applications",
            new
            {
                displayName = "Anteroom",
                web = new { redirectUris = new[] { RedirectUri }, logoutUrl = LogoutUrl },
                spa = new { redirectUris = new[] { SpaRedirectUri } },
                publicClient = new { redirectUris = new[] { NativeRedirectUri } },
            }
        );
        AppId = (string)application["appId"]!;
        var secret = await PostAsync($"/applications/{AppId}/secrets", new { displayName = "test" });
        (SecretId, Secret) = ((string)secret["keyId"]!, (string)secret["secretText"]!);
    }
}

internal sealed record TokenReply(HttpStatusCode Status, JsonObject Body, IReadOnlyDictionary<string, string> Headers)
{
    public string? Error => (string?)Body["error"];

    public int Code => (int)Body["error_codes"]![0]!;

    public string Description => (string)Body["error_description"]!;
}
