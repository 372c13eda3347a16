using Anteroom.DevHost;
using Anteroom.EntraEmulator;

namespace Anteroom.Tests.DevHost;

public sealed class EmulatorControlTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private EmulatorServer _emulator = null!;
    private JsonCalls _calls = null!;
    private EmulatorControl _control = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await EmulatorServer.StartAsync(new EmulatorOptions { HttpsPort = null }, TimeProvider.System);
        var options = new DemoOptions(_emulator.Http!.Port - 1, "/tmp/x", Fresh: false, Https: false);
        _calls = new JsonCalls(_http, $"{options.EmulatorHttp}/_emulator", () => null);
        _control = new EmulatorControl(_http, options);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _emulator.DisposeAsync();
    }

    [Fact]
    public async Task An_interrupted_seeding_goes_on_with_the_same_tenant_and_people()
    {
        var ct = TestContext.Current.CancellationToken;
        var first = await _control.EnsureTenantAsync("Contoso", "contoso.example", ["Alma Reyes"], ct);
        var second = await _control.EnsureTenantAsync("Contoso", "contoso.example", ["Alma Reyes", "Ben Okafor"], ct);

        Assert.Equal(first.TenantId, second.TenantId);
        Assert.Equal(["alma@contoso.example", "ben@contoso.example"], second.Users.Select(user => user.UserPrincipalName));
        Assert.Equal(first.Users[0].ObjectId, second.Users[0].ObjectId);
        Assert.NotEqual(first.Users[0].Password, second.Users[0].Password);
    }

    [Fact]
    public async Task An_app_registration_gets_the_connections_addresses()
    {
        var ct = TestContext.Current.CancellationToken;
        var tenant = await _control.EnsureTenantAsync("Contoso", "contoso.example", [], ct);
        var application = await _control.CreateApplicationAsync(tenant, "Anteroom", ct);
        Assert.Contains('~', application.ClientSecret); // the value, not the id

        await _control.RegisterAddressesAsync(
            application.ClientId,
            "http://localhost:5080/sso/x/callback",
            "http://localhost:5080/sso/x/logout",
            ct
        );
        var registered = await _calls.FindAsync($"/applications/{application.ClientId}", ct);
        Assert.Equal("http://localhost:5080/sso/x/callback", registered!["web"]!["redirectUris"]![0]!.GetValue<string>());
        Assert.Equal("http://localhost:5080/sso/x/logout", registered["web"]!["logoutUrl"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_refused_call_is_told_with_address_and_answer()
    {
        var refused = await Assert.ThrowsAsync<DemoException>(() =>
            _calls.PostAsync("/tenants", new System.Text.Json.Nodes.JsonObject { ["nonsense"] = 1 }, TestContext.Current.CancellationToken)
        );
        Assert.Contains("/_emulator/tenants was answered with 400", refused.Failure.Sentence, StringComparison.Ordinal);
    }
}
