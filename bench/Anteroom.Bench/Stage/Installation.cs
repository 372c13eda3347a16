using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Anteroom.Bench.Limits;
using Anteroom.DevHost;

namespace Anteroom.Bench.Stage;

/// <summary>What is set up in Anteroom before anything is measured, as an operator would by the API: one organization, its connection, one application.</summary>
/// <param name="Portal">Signs people in.</param>
/// <param name="Job">A program that acts for itself, with tokens signed by ES256.</param>
/// <param name="RsaJob">The same with RS256.</param>
internal sealed record Installation(string CompanyCode, Registered Portal, Registered Job, Registered RsaJob)
{
    public const string Slug = "contoso";
    private const string Cloud = "bench";

    public static async Task<Installation> PrepareAsync(string address, Upstream upstream, string[] settings, CancellationToken ct)
    {
        var key = await NewApiKeyAsync(settings, ct);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var api = new JsonCalls(http, address + "/api/v1", () => key);

        await api.PostAsync(
            "/clouds",
            new JsonObject
            {
                ["key"] = Cloud,
                ["name"] = "Bench",
                ["authority"] = upstream.Address,
                ["graph"] = upstream.Address + "/graph",
            },
            ct
        );
        var organization = await api.PostAsync("/organizations", new JsonObject { ["slug"] = Slug, ["name"] = "Contoso" }, ct);
        var connections = $"/organizations/{Slug}/connections";
        var connection = await api.PostAsync(
            connections,
            new JsonObject
            {
                ["name"] = "Entra",
                ["kind"] = "entra",
                ["cloud"] = Cloud,
                ["registration"] = "own",
                ["clientKind"] = "confidential",
                ["responseMode"] = "code",
                ["callbackStyle"] = "connection",
                ["tenantId"] = Upstream.Tenant,
                ["clientId"] = Upstream.ClientId,
                ["clientSecret"] = Upstream.ClientSecret,
                ["authorizedDomains"] = new JsonArray(),
                ["provisioning"] = "create",
                ["defaultRole"] = "member",
                ["claimMappings"] = new JsonArray(),
                ["roleMappings"] = new JsonArray(),
            },
            ct
        );
        await api.PostAsync($"/organizations/{Slug}/domains", new JsonObject { ["name"] = Upstream.Domain }, ct);
        await api.PostAsync($"{connections}/{JsonCalls.Text(connection, "id")}/activate", new JsonObject { ["withoutTest"] = "bench" }, ct);
        return new(
            JsonCalls.Text(organization, "companyCode"),
            await RegisterAsync(api, new JsonObject { ["name"] = "Bench", ["redirectUris"] = new JsonArray(FloorProgram.RedirectUri) }, ct),
            await RegisterAsync(api, Acting("Job", "ES256"), ct),
            await RegisterAsync(api, Acting("Job with RSA", "RS256"), ct)
        );
    }

    private static JsonObject Acting(string name, string algorithm) =>
        new()
        {
            ["name"] = name,
            ["grantTypes"] = new JsonArray("client_credentials"),
            ["scopes"] = new JsonArray("api"),
            ["signingAlgorithm"] = algorithm,
        };

    private static async Task<Registered> RegisterAsync(JsonCalls api, JsonObject application, CancellationToken ct)
    {
        application["protocol"] = "oidc";
        application["clientKind"] = "confidential";
        var made = await api.PostAsync("/applications", application, ct);
        return new(JsonCalls.Text(made, "clientId"), JsonCalls.Text(made, "clientSecret"));
    }

    private static async Task<string> NewApiKeyAsync(string[] settings, CancellationToken ct)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath!,
            [Repository.CompiledServer.Assembly, "admin", "api-key", "--name", "bench", .. settings]
        )
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Repository.CompiledServer.Folder,
        };
        Children.ForgetOtherServers(start);
        using var process = Process.Start(start) ?? throw new BenchException("The admin command does not start.");
        var output = await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return process.ExitCode == 0 && lines.Length > 0 ? lines[^1] : throw new BenchException("The admin command made no API key.");
    }
}

/// <summary>An application, with the secret that is shown once.</summary>
internal sealed record Registered(string ClientId, string ClientSecret)
{
    /// <summary>Value of its Basic credentials.</summary>
    public string Basic => Convert.ToBase64String(Encoding.ASCII.GetBytes($"{ClientId}:{ClientSecret}"));
}
