using System.Text.Json;
using System.Text.Json.Serialization;
using Anteroom.Protocols.Primitives;

namespace Anteroom.DevHost;

/// <summary>What the demo made in its folder, with the secrets that nobody shows twice. Random per folder, in <c>demo.json</c>, for its owner's eyes.</summary>
internal sealed record DemoMemory
{
    /// <summary>The addresses are part of registrations and tokens, so a folder stays with its ports.</summary>
    public required int Port { get; init; }
    public required bool Https { get; init; }
    public string? ApiKey { get; set; }
    public List<DemoTenant> Tenants { get; init; } = [];
    public List<DemoOrganization> Organizations { get; init; } = [];
    public DemoClient? Client { get; set; }

    [JsonIgnore]
    public string File { get; private set; } = "";

    [JsonIgnore]
    public string EndpointsFile => Path.Combine(Path.GetDirectoryName(File)!, "endpoints.json");

    public static Result<DemoMemory, DemoFailure> Load(string file, DemoOptions options)
    {
        if (!System.IO.File.Exists(file))
            return new DemoMemory
            {
                Port = options.Port,
                Https = options.Https,
                File = file,
            };
        try
        {
            var memory = JsonSerializer.Deserialize(System.IO.File.ReadAllText(file), DemoJson.Default.DemoMemory)!;
            memory.File = file;
            if (memory.Port == options.Port && memory.Https == options.Https)
                return memory;
            var before = $"--port {memory.Port}{(memory.Https ? " --https" : "")}";
            return new DemoFailure($"The demo in {options.Folder} was made with {before}: start it so, or forget it with --fresh.");
        }
        catch (JsonException)
        {
            return new DemoFailure($"{file} is damaged: begin anew with --fresh.");
        }
    }

    public void Save() => PrivateFile.Write(File, JsonSerializer.Serialize(this, DemoJson.Default.DemoMemory));
}

internal sealed record DemoTenant(string TenantId, string Domain, List<DemoUser> Users, List<DemoApplication> Applications);

internal sealed record DemoUser(string UserPrincipalName, string Password, string ObjectId);

/// <summary>An app registration in the emulator.</summary>
internal sealed record DemoApplication(string ClientId, string ClientSecret);

internal sealed record DemoOrganization(string Id, string Slug, string CompanyCode, string Name, List<DemoConnection> Connections);

internal sealed record DemoConnection(
    string Id,
    string Key,
    string ClientKind,
    string ResponseMode,
    string CallbackStyle,
    string State,
    string TenantId,
    string ClientId,
    string RedirectUri
);

/// <summary>The sample application as the server knows it. <paramref name="Kind"/>: confidential, public or native.</summary>
internal sealed record DemoClient(string ClientId, string? ClientSecret, List<string> RedirectUris, string Kind);
