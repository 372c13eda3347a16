using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Anteroom.BrowserTests.Rig;
using Anteroom.DevHost;
using Anteroom.Interop;

[assembly: AssemblyFixture(typeof(Stage))]

namespace Anteroom.Interop;

/// <summary>A running demo, and npm's libraries as programs that talk to it.</summary>
public sealed class Stage : IAsyncLifetime
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "Anteroom.Interop");
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private RunningDemo? _demo;

    public Stage() => OpenIdClient = new(() => RunAsync("openid-client.mjs"));

    /// <summary>What npm openid-client saw, in one run for all who ask.</summary>
    internal Lazy<Task<JsonNode>> OpenIdClient { get; }

    internal RunningDemo Demo => _demo!;

    /// <summary>Where a provider of a script listens; the server may call it.</summary>
    public int ProviderPort { get; } = RunningDemo.FreePort();

    public async ValueTask InitializeAsync()
    {
        var libraries = RestoreAsync();
        _demo = await RunningDemo.StartAsync(DemoNames.Localhost, $"http://localhost:{ProviderPort}");
        await libraries;
    }

    public async ValueTask DisposeAsync()
    {
        if (_demo is not null)
            await _demo.DisposeAsync();
    }

    /// <summary>Runs a script with the demo's addresses and a person of Contoso, and returns its answer.</summary>
    internal async Task<JsonNode> RunAsync(string script, params (string Name, JsonNode Value)[] more)
    {
        var organization = Demo.Endpoints.Organizations.First(organization => organization.Slug == "contoso");
        var user = Demo.Endpoints.Tenants.First(tenant => tenant.TenantId == organization.Connections[0].TenantId).Users[0];
        var input = new JsonObject
        {
            ["issuer"] = Demo.Endpoints.Issuer,
            ["api"] = Demo.Endpoints.Api,
            ["apiKey"] = Demo.Endpoints.ApiKey,
            ["providerPort"] = ProviderPort,
            ["emulator"] = Demo.Endpoints.EmulatorHttps,
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
        var output = await ProgramAsync("node", [Path.Combine("scripts", script)], input.ToJsonString());
        // The last line: libraries may have words of their own before it.
        return JsonNode.Parse(output[(output.LastIndexOf('\n') + 1)..]) ?? throw new JsonException($"{script} answers nothing.");
    }

    /// <summary>Once per lock file; npm verifies each package against its hash.</summary>
    private static async Task RestoreAsync()
    {
        var done = new FileInfo(Path.Combine(Folder, "node_modules", ".package-lock.json"));
        if (!done.Exists || done.LastWriteTimeUtc < File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
            await new ProgramRun(Folder).RunAsync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], "", null, Patience);
    }

    private Task<string> ProgramAsync(string program, string[] arguments, string input) =>
        new ProgramRun(Folder).RunAsync(program, arguments, input, Demo.Endpoints.CaCertificate, Patience);
}

/// <summary>One run of a program of Node.js in a folder.</summary>
internal sealed record ProgramRun(string Folder)
{
    /// <returns>What it wrote to standard output.</returns>
    public async Task<string> RunAsync(string program, string[] arguments, string input, string? authority, TimeSpan patience)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NODE_ENV"] = "test";
        if (authority is not null)
            start.Environment["NODE_EXTRA_CA_CERTS"] = authority;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start.");
        using var timeout = new CancellationTokenSource(patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            var errors = process.StandardError.ReadToEndAsync(timeout.Token);
            await process.StandardInput.WriteAsync(input.AsMemory(), timeout.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(timeout.Token);
            Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{await errors}");
            return await output;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
