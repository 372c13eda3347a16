using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Anteroom.DevHost;

/// <summary>Plants tenants, people and app registrations in the Entra emulator, by its control API.</summary>
internal sealed class EmulatorControl(HttpClient http, DemoOptions options)
{
    private const string Unambiguous = "abcdefghjkmnpqrstuvwxyz23456789";

    private readonly JsonCalls _calls = new(http, $"{options.EmulatorHttp}/_emulator", () => null);

    /// <summary>Finds or makes a tenant with its people. Whoever is there already gets a new password, because an old one cannot be read.</summary>
    public async Task<DemoTenant> EnsureTenantAsync(string name, string domain, IEnumerable<string> people, CancellationToken ct)
    {
        var known = await _calls.FindAsync($"/tenants/{domain}", ct);
        var made = known ?? await _calls.PostAsync("/tenants", new JsonObject { ["displayName"] = name, ["initialDomain"] = domain }, ct);
        var tenant = new DemoTenant(Text(made, "id"), domain, [], []);
        foreach (var person in people)
            tenant.Users.Add(await EnsureUserAsync(tenant, person, ct));
        return tenant;
    }

    /// <summary>A single-tenant app registration with one secret. Its redirect URI comes later, when the connection has one.</summary>
    public async Task<DemoApplication> CreateApplicationAsync(DemoTenant tenant, string name, CancellationToken ct)
    {
        var made = await _calls.PostAsync($"/tenants/{tenant.TenantId}/applications", new JsonObject { ["displayName"] = name }, ct);
        var appId = Text(made, "appId");
        var secret = await _calls.PostAsync($"/applications/{appId}/secrets", new JsonObject { ["displayName"] = "Anteroom" }, ct);
        return new DemoApplication(appId, Text(secret, "secretText"));
    }

    public Task RegisterAddressesAsync(string appId, string redirectUri, string logoutUri, CancellationToken ct) =>
        _calls.PatchAsync(
            $"/applications/{appId}",
            new JsonObject
            {
                ["web"] = new JsonObject { ["redirectUris"] = new JsonArray(redirectUri), ["logoutUrl"] = logoutUri },
                // For sign-out: the first lets the provider name our session, the second lets us name its account.
                ["optionalClaims"] = new JsonObject
                {
                    ["idToken"] = new JsonArray(new JsonObject { ["name"] = "sid" }, new JsonObject { ["name"] = "login_hint" }),
                },
            },
            ct
        );

    /// <summary>Makes an app registration one for every organization's tenant, with its two redirect URIs and the claims that it needs.</summary>
    public Task ShareAsync(string appId, string redirectUri, string consentUri, string logoutUri, CancellationToken ct) =>
        _calls.PatchAsync(
            $"/applications/{appId}",
            new JsonObject
            {
                ["signInAudience"] = "AzureADMultipleOrgs",
                ["web"] = new JsonObject { ["redirectUris"] = new JsonArray(redirectUri, consentUri), ["logoutUrl"] = logoutUri },
                ["optionalClaims"] = new JsonObject
                {
                    ["idToken"] = new JsonArray([
                        .. ((string[])["acct", "upn", "sid", "login_hint"]).Select(name => new JsonObject { ["name"] = name }),
                    ]),
                },
            },
            ct
        );

    /// <summary>As an administrator of the tenant consents for everybody there.</summary>
    public Task ConsentAsync(DemoTenant tenant, string appId, CancellationToken ct) =>
        _calls.PostAsync(
            $"/tenants/{tenant.TenantId}/service-principals/{appId}/grants",
            new JsonObject { ["scopes"] = new JsonArray("openid", "profile", "email") },
            ct
        );

    private async Task<DemoUser> EnsureUserAsync(DemoTenant tenant, string displayName, CancellationToken ct)
    {
        var userPrincipalName = $"{displayName.Split(' ')[0].ToLowerInvariant()}@{tenant.Domain}";
        var password = NewPassword();
        var users = $"/tenants/{tenant.TenantId}/users";
        var user = await _calls.FindAsync($"{users}/{userPrincipalName}", ct) is null
            ? await _calls.PostAsync(
                users,
                new JsonObject
                {
                    ["displayName"] = displayName,
                    ["userPrincipalName"] = userPrincipalName,
                    ["mail"] = userPrincipalName,
                    ["password"] = password,
                },
                ct
            )
            : await _calls.PatchAsync($"{users}/{userPrincipalName}", new JsonObject { ["password"] = password }, ct);
        return new DemoUser(userPrincipalName, password, Text(user, "id"));
    }

    /// <summary>Easy to type from a terminal, and as strong as Entra asks for.</summary>
    private static string NewPassword() =>
        $"{RandomNumberGenerator.GetString(Unambiguous, 5)}-{RandomNumberGenerator.GetString(Unambiguous, 5)}-{RandomNumberGenerator.GetInt32(10, 100)}A";

    private static string Text(JsonNode answer, string member) => JsonCalls.Text(answer, member);
}
