using System.Text.Json.Nodes;

namespace Anteroom.Tests.EntraEmulator.Graph;

/// <summary>One emulator for all tests of Graph; each test makes a tenant of its own.</summary>
public sealed class GraphStage : IAsyncLifetime
{
    private int _tenants;

    internal EmulatorStage Emulator { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Emulator = await EmulatorStage.StartAsync();

    public ValueTask DisposeAsync() => Emulator.DisposeAsync();

    internal async Task<GraphTenant> NewTenantAsync()
    {
        var name = $"graph{Interlocked.Increment(ref _tenants)}";
        var tenant = await Emulator.PostAsync(
            "/tenants",
            new
            {
                displayName = name,
                initialDomain = $"{name}.onmicrosoft.com",
                verifiedDomains = new[] { $"{name}.example" },
                countryCode = "DE",
            }
        );
        return new GraphTenant(Emulator, (string)tenant["id"]!, $"{name}.example");
    }

    /// <summary>Sets switches of Graph until the returned value is disposed.</summary>
    internal async Task<IAsyncDisposable> SwitchAsync(object graph)
    {
        var before = (JsonObject)(await Emulator.ControlAsync(HttpMethod.Get, "/settings"))["graph"]!;
        await Emulator.PatchAsync("/settings", new { graph });
        return new Undo(() => Emulator.PatchAsync("/settings", new { graph = before }));
    }

    private sealed class Undo(Func<Task> undo) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await undo();
    }
}

[CollectionDefinition(Name)]
public sealed class GraphCollection : ICollectionFixture<GraphStage>
{
    public const string Name = "graph";
}
