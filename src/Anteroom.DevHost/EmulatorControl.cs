using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Anteroom.DevHost;

/// <summary>Plants tenants, people and app registrations in the Entra emulator, by its control API.</summary>
internal sealed class EmulatorControl(HttpClient http, DemoOptions options)
{
    private const string Unambiguous = "abcdefghjkmnpqrstuvwxyz23456789";

    private readonly JsonCalls _calls = new(http, $"{options.EmulatorHttp}/_emulator", () => null);

    public async Task<DemoTenant> CreateTenantAsync(string name, string domain, IEnumerable<string> people, CancellationToken ct)
    {
        var made = await _calls.PostAsync("/tenants", new JsonObject { ["displayName"] = name, ["domain"] = domain }, ct);
        var tenant = new DemoTenant(made["id"]!.GetValue<string>(), domain, [], []);
        foreach (var person in people)
            tenant.Users.Add(await CreateUserAsync(tenant, person, ct));
        return tenant;
    }

    /// <summary>A single-tenant app registration with one secret. Its redirect URI comes later, when the connection has one.</summary>
    public async Task<DemoApplication> CreateApplicationAsync(DemoTenant tenant, string name, CancellationToken ct)
    {
        var made = await _calls.PostAsync($"/tenants/{tenant.TenantId}/applications", new JsonObject { ["displayName"] = name }, ct);
        var appId = made["appId"]!.GetValue<string>();
        var secret = await _calls.PostAsync(
            $"/tenants/{tenant.TenantId}/applications/{appId}/secrets",
            new JsonObject { ["displayName"] = "Anteroom demo" },
            ct
        );
        return new DemoApplication(appId, secret["secretText"]!.GetValue<string>());
    }

    public Task RegisterAddressesAsync(DemoTenant tenant, string appId, string redirectUri, string logoutUri, CancellationToken ct) =>
        _calls.PatchAsync(
            $"/tenants/{tenant.TenantId}/applications/{appId}",
            new JsonObject
            {
                ["web"] = new JsonObject { ["redirectUris"] = new JsonArray(redirectUri), ["logoutUrl"] = logoutUri },
            },
            ct
        );

    private async Task<DemoUser> CreateUserAsync(DemoTenant tenant, string displayName, CancellationToken ct)
    {
        var name = displayName.Split(' ')[0];
        var userPrincipalName = $"{name.ToLowerInvariant()}@{tenant.Domain}";
        var password =
            $"{RandomNumberGenerator.GetString(Unambiguous, 5)}-{RandomNumberGenerator.GetString(Unambiguous, 5)}-{RandomNumberGenerator.GetInt32(10, 99)}";
        var made = await _calls.PostAsync(
            $"/tenants/{tenant.TenantId}/users",
            new JsonObject
            {
                ["displayName"] = displayName,
                ["userPrincipalName"] = userPrincipalName,
                ["mail"] = userPrincipalName,
                ["password"] = password,
            },
            ct
        );
        return new DemoUser(userPrincipalName, password, made["id"]!.GetValue<string>());
    }
}
