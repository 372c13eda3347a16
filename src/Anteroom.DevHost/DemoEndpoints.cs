using System.Text.Json;
using System.Text.Json.Serialization;

namespace Anteroom.DevHost;

/// <summary>The file <c>endpoints.json</c>: everything a program needs to use the demo (design.md §6). There only while everything answers.</summary>
internal sealed record DemoEndpoints(
    string Server,
    string Issuer,
    string Console,
    string Api,
    string ApiKey,
    string OwnerLink,
    string Emulator,
    string EmulatorHttps,
    string EmulatorPortal,
    string Graph,
    string SampleApplication,
    string Mailbox,
    string Metrics,
    string CaCertificate,
    IReadOnlyList<DemoClient> Clients,
    IReadOnlyList<DemoOrganization> Organizations,
    IReadOnlyList<DemoTenant> Tenants
)
{
    public static DemoEndpoints From(DemoOptions options, DemoFolder folder, DemoMemory memory, string ownerLink) =>
        new(
            Server: options.Server,
            Issuer: options.Server,
            Console: $"{options.Server}/console",
            Api: $"{options.Server}/api/v1",
            ApiKey: memory.ApiKey!,
            OwnerLink: ownerLink,
            Emulator: options.EmulatorHttp,
            EmulatorHttps: options.EmulatorHttps,
            EmulatorPortal: $"{options.Emulator}/portal",
            Graph: $"{options.Emulator}/graph/v1.0",
            SampleApplication: options.Sample,
            Mailbox: options.Mailbox,
            Metrics: $"{options.Server}/metrics",
            CaCertificate: folder.Authority,
            Clients: [memory.Client!],
            Organizations: memory.Organizations,
            Tenants: memory.Tenants
        );

    public void Write(string file) => PrivateFile.Write(file, JsonSerializer.Serialize(this, DemoJson.Default.DemoEndpoints) + "\n");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(DemoEndpoints))]
[JsonSerializable(typeof(DemoMemory))]
internal sealed partial class DemoJson : JsonSerializerContext;
