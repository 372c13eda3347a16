using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Anteroom.DevHost;
using Anteroom.Harness;

namespace Anteroom.BrowserTests.Rig;

/// <summary>The demo of this build, fresh, in a folder and on ports of its own: its programs run as they do for <c>./anteroom demo</c>.</summary>
internal sealed class RunningDemo : IAsyncDisposable
{
    private readonly string _folder;
    private readonly CancellationTokenSource _stop;
    private readonly Task<DemoFailure?> _running;

    private RunningDemo(
        DemoOptions options,
        DemoEndpoints endpoints,
        string folder,
        CancellationTokenSource stop,
        Task<DemoFailure?> running
    )
    {
        (Options, Endpoints, _folder, _stop, _running) = (options, endpoints, folder, stop, running);
        Http = DemoHttp.Client(endpoints.CaCertificate);
        Api = new JsonCalls(Http, endpoints.Api, () => endpoints.ApiKey);
        Emulator = new JsonCalls(Http, $"{endpoints.Emulator}/_emulator", () => null);
    }

    public DemoOptions Options { get; }
    public DemoEndpoints Endpoints { get; }
    public HttpClient Http { get; }

    /// <summary>The management API, as the platform's administrator.</summary>
    public JsonCalls Api { get; }

    /// <summary>The emulator's control API.</summary>
    public JsonCalls Emulator { get; }

    public static Task<RunningDemo> StartAsync(DemoNames names, params string[] alsoAllowed) => StartAsync(names, alsoAllowed, https: true);

    /// <summary>As <c>./anteroom demo</c> starts it when nothing else is said: plain http on localhost.</summary>
    public static Task<RunningDemo> StartPlainAsync() => StartAsync(DemoNames.Localhost, [], https: false);

    private static async Task<RunningDemo> StartAsync(DemoNames names, string[] alsoAllowed, bool https)
    {
        var folder = Directory.CreateTempSubdirectory("anteroom-tests-").FullName;
        var options = new DemoOptions(FreePort.OfDemo(), Path.Combine(folder, "demo"), Fresh: true, https)
        {
            Names = names,
            AlsoAllowed = alsoAllowed,
        };
        Tell.Out = TextWriter.Null;
        var stop = new CancellationTokenSource();
        var running = Demo.RunAsync(options, TimeProvider.System, stop.Token);
        var file = Path.Combine(options.Folder, "endpoints.json");
        while (!File.Exists(file)) // there as soon as everything answers
        {
            if (running.IsCompleted)
                throw new InvalidOperationException($"The demo ended: {(await running)?.Sentence}");
            await Task.Delay(50);
        }
        var endpoints = JsonSerializer.Deserialize(await File.ReadAllTextAsync(file), DemoJson.Default.DemoEndpoints)!;
        return new RunningDemo(options, endpoints, folder, stop, running);
    }

    /// <summary>A person in the tenant of an organization whom the server has never seen.</summary>
    public Task<DemoUser> NewPersonAsync(DemoOrganization organization, string displayName) =>
        NewPersonAsync(Endpoints.Tenants.First(tenant => tenant.TenantId == organization.Connections[0].TenantId), displayName);

    /// <summary>A person in a tenant of the emulator.</summary>
    public async Task<DemoUser> NewPersonAsync(DemoTenant tenant, string displayName)
    {
        var name =
            $"{displayName.Split(' ')[0].ToLowerInvariant()}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}@{tenant.Domain}";
        var password = $"Pw-{RandomNumberGenerator.GetHexString(12)}-9a";
        var made = await Emulator.PostAsync(
            $"/tenants/{tenant.TenantId}/users",
            new JsonObject
            {
                ["displayName"] = displayName,
                ["userPrincipalName"] = name,
                ["mail"] = name,
                ["password"] = password,
            },
            CancellationToken.None
        );
        return new DemoUser(name, password, JsonCalls.Text(made, "id"));
    }

    /// <summary>A tenant of the emulator that nothing else uses.</summary>
    public async Task<DemoTenant> NewTenantAsync(string displayName)
    {
        var domain = $"guide-{RandomNumberGenerator.GetHexString(8, lowercase: true)}.onmicrosoft.com";
        var made = await Emulator.PostAsync(
            "/tenants",
            new JsonObject { ["displayName"] = displayName, ["initialDomain"] = domain },
            CancellationToken.None
        );
        return new DemoTenant(JsonCalls.Text(made, "id"), domain, [], []);
    }

    /// <summary>Who administers a tenant of the emulator, and may consent for everybody there.</summary>
    public async Task<DemoUser> NewAdministratorAsync(DemoTenant tenant)
    {
        var administrator = await NewPersonAsync(tenant, "Adele Admin");
        await Emulator.PatchAsync(
            $"/tenants/{tenant.TenantId}/users/{administrator.ObjectId}",
            new JsonObject { ["isAdministrator"] = true },
            CancellationToken.None
        );
        return administrator;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        Http.Dispose();
        _stop.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
