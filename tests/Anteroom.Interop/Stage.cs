using System.Text.Json.Nodes;
using Anteroom.BrowserTests.Rig;
using Anteroom.DevHost;
using Anteroom.Harness;
using Anteroom.Interop;

[assembly: AssemblyFixture(typeof(Stage))]

namespace Anteroom.Interop;

/// <summary>A running demo, started when the first test asks for it, and npm's libraries as programs that talk to it.</summary>
public sealed class Stage : IAsyncDisposable
{
    private readonly Lazy<Task<RunningDemo>> _demo;

    public Stage()
    {
        _demo = new(() =>
            RunningDemo.StartAsync(DemoNames.Localhost, $"http://localhost:{ProviderPort}", $"http://localhost:{ConformancePort}")
        );
        OpenIdClient = new(() => RunAsync("openid-client.mjs"));
    }

    /// <summary>What npm openid-client saw, in one run for all who ask.</summary>
    internal Lazy<Task<JsonNode>> OpenIdClient { get; }

    /// <summary>Where a provider of a script listens; the server may call it.</summary>
    public int ProviderPort { get; } = FreePort.Next();

    /// <summary>Where an application of the conformance scripts listens; the server may call it.</summary>
    public int ConformancePort { get; } = FreePort.Next();

    public async ValueTask DisposeAsync()
    {
        if (_demo.IsValueCreated)
            await (await _demo.Value).DisposeAsync();
    }

    /// <summary>Runs a script with the demo's addresses and a person of Contoso, and returns its answer.</summary>
    internal async Task<JsonNode> RunAsync(string script, params (string Name, JsonNode Value)[] more)
    {
        var demo = (await _demo.Value).Endpoints;
        var organization = demo.Organizations.First(organization => organization.Slug == "contoso");
        var user = demo.Tenants.First(tenant => tenant.TenantId == organization.Connections[0].TenantId).Users[0];
        var input = new JsonObject
        {
            ["issuer"] = demo.Issuer,
            ["api"] = demo.Api,
            ["apiKey"] = demo.ApiKey,
            ["providerPort"] = ProviderPort,
            ["emulator"] = demo.EmulatorHttps,
            ["tenant"] = organization.Connections[0].TenantId,
            ["person"] = new JsonObject
            {
                ["companyCode"] = organization.CompanyCode,
                ["userName"] = user.UserPrincipalName,
                ["password"] = user.Password,
            },
        };
        foreach (var (name, value) in more)
            input[name] = value;
        return await NodePrograms.RunAsync(script, input, demo.CaCertificate);
    }
}
