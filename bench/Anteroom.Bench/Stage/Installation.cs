using System.Diagnostics;
using System.Text.Json.Nodes;
using Anteroom.Bench.Limits;
using Anteroom.DevHost;

namespace Anteroom.Bench.Stage;

/// <summary>What is set up in Anteroom before anything is measured, as an operator would by the API: one organization, its connection, one application.</summary>
internal sealed record Installation(string CompanyCode, string ClientId, string ClientSecret)
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
        await api.PostAsync($"{connections}/{JsonCalls.Text(connection, "id")}/activate", new JsonObject { ["withoutTest"] = "bench" }, ct);
        var application = await api.PostAsync(
            "/applications",
            new JsonObject
            {
                ["name"] = "Bench",
                ["protocol"] = "oidc",
                ["redirectUris"] = new JsonArray(FloorProgram.RedirectUri),
                ["clientKind"] = "confidential",
            },
            ct
        );
        return new(
            JsonCalls.Text(organization, "companyCode"),
            JsonCalls.Text(application, "clientId"),
            JsonCalls.Text(application, "clientSecret")
        );
    }

    private static async Task<string> NewApiKeyAsync(string[] settings, CancellationToken ct)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath!,
            [Repository.Server.Assembly, "admin", "api-key", "--name", "bench", .. settings]
        )
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Repository.Server.Folder,
        };
        Children.ForgetOtherServers(start);
        using var process = Process.Start(start) ?? throw new BenchException("The admin command does not start.");
        var output = await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return process.ExitCode == 0 && lines.Length > 0 ? lines[^1] : throw new BenchException("The admin command made no API key.");
    }
}
