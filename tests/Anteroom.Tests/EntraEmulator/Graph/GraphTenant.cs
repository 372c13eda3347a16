using System.Text.Json.Nodes;

namespace Anteroom.Tests.EntraEmulator.Graph;

/// <summary>A tenant of one test, and those who call Graph for it.</summary>
internal sealed class GraphTenant(EmulatorStage emulator, string id, string domain)
{
    public const string Password = "Correct-horse-7-battery";

    public EmulatorStage Emulator => emulator;
    public string Id => id;
    public string Domain => domain;

    public Task<JsonObject> AddUserAsync(string name, object? more = null)
    {
        var body = System.Text.Json.JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        body["userPrincipalName"] ??= $"{name}@{domain}";
        body["displayName"] ??= name;
        body["password"] ??= Password;
        return emulator.PostAsync($"/tenants/{id}/users", body);
    }

    public async Task<string> UserIdAsync(string name, object? more = null) => (string)(await AddUserAsync(name, more))["id"]!;

    public async Task<string> GroupIdAsync(string name, params string[] members) =>
        (string)(await emulator.PostAsync($"/tenants/{id}/groups", new { displayName = name, members }))["id"]!;

    /// <summary>A registration with a secret and a service principal here.</summary>
    public async Task<(string AppId, string Secret)> RegisterAsync(object? more = null)
    {
        var body = System.Text.Json.JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        body["displayName"] ??= "Importer";
        var application = await emulator.PostAsync($"/tenants/{id}/applications", body);
        var appId = (string)application["appId"]!;
        var secret = await emulator.PostAsync($"/applications/{appId}/secrets", new { displayName = "test" });
        return (appId, (string)secret["secretText"]!);
    }

    /// <summary>An application as itself with these application permissions of Graph.</summary>
    public Task<GraphClient> CallerAsync(params string[] permissions) => CallerAsync(permissions, []);

    public async Task<GraphClient> CallerAsync(string[] permissions, string[] directoryRoles)
    {
        var (appId, secret) = await RegisterAsync();
        await GiveAsync(appId, permissions, directoryRoles);
        return new GraphClient(emulator, await AppTokenAsync(appId, secret)) { AppId = appId, Secret = secret };
    }

    public Task GiveAsync(string appId, string[] permissions, string[]? directoryRoles = null) =>
        emulator.PostAsync($"/tenants/{id}/service-principals/{appId}/permissions", new { graph = permissions, directoryRoles });

    public async Task<string> AppTokenAsync(string appId, string secret)
    {
        var reply = await emulator.TokenAsync(
            id,
            null,
            ("grant_type", "client_credentials"),
            ("client_id", appId),
            ("client_secret", secret),
            ("scope", "https://graph.microsoft.com/.default")
        );
        return (string)reply.Body["access_token"]!;
    }

    /// <summary>An application for a person, with these delegated permissions.</summary>
    public async Task<GraphClient> DelegatedAsync(string userPrincipalName, params string[] scopes)
    {
        var (appId, secret) = await RegisterAsync(new { web = new { redirectUris = new[] { EmulatorStage.RedirectUri } } });
        var names = scopes.Select(scope => $"https://graph.microsoft.com/{scope}").ToArray();
        await emulator.PostAsync($"/tenants/{id}/service-principals/{appId}/grants", new { scopes = names });
        var scope = string.Join(' ', names.Prepend("openid").Prepend("profile"));
        using var browser = emulator.NewBrowser();
        var code = await browser.SignInAsync(
            emulator.AuthorizeUrl(id, ("client_id", appId), ("scope", scope)),
            userPrincipalName,
            Password
        );
        var reply = await emulator.TokenAsync(
            id,
            null,
            ("grant_type", "authorization_code"),
            ("client_id", appId),
            ("client_secret", secret),
            ("code", code["code"]),
            ("redirect_uri", EmulatorStage.RedirectUri)
        );
        return new GraphClient(emulator, (string)reply.Body["access_token"]!) { AppId = appId, Secret = secret };
    }
}
