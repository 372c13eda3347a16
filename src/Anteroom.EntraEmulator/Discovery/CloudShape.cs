using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Discovery;

/// <summary>What differs from cloud to cloud (entra-oidc.md §1.1, §1.3). A customer in another cloud has other hosts and another registration.</summary>
/// <param name="LoginHost">The host in issuers; the aliases mean the same.</param>
/// <param name="Region">In place of the tenant's region.</param>
internal sealed record CloudShape(
    string Name,
    string LoginHost,
    IReadOnlyList<string> Aliases,
    string InstanceName,
    string GraphHost,
    string LegacyGraphHost,
    string Version1IssuerHost,
    string RbacUrl,
    string? Region
)
{
    public static readonly CloudShape Global = new(
        "global",
        "login.microsoftonline.com",
        ["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"],
        "microsoftonline.com",
        "graph.microsoft.com",
        "graph.windows.net",
        "sts.windows.net",
        "https://pas.windows.net",
        null
    );

    public static readonly CloudShape UsGovernment = new(
        "usGovernment",
        "login.microsoftonline.us",
        ["login.microsoftonline.us", "login.usgovcloudapi.net"],
        "microsoftonline.us",
        "graph.microsoft.us",
        "graph.windows.net",
        "sts.windows.net",
        "https://pasff.usgovcloudapi.net",
        "USGov"
    );

    public static readonly CloudShape China = new(
        "china",
        "login.partner.microsoftonline.cn",
        ["login.partner.microsoftonline.cn", "login.chinacloudapi.cn"],
        "partner.microsoftonline.cn",
        "microsoftgraph.chinacloudapi.cn",
        "graph.chinacloudapi.cn",
        "sts.chinacloudapi.cn",
        "https://pas.chinacloudapi.cn",
        "CN"
    );

    public static readonly IReadOnlyList<CloudShape> All = [Global, UsGovernment, China];

    /// <summary>The cloud of a host that a client resolves to this machine by itself, else the configured one.</summary>
    public static CloudShape Of(EmulatorSettings settings, Authority authority) => ByHost(authority.Host) ?? Of(settings);

    public static CloudShape Of(EmulatorSettings settings) => All.FirstOrDefault(cloud => cloud.Name == settings.Cloud) ?? Global;

    /// <summary>The issuer of version 1 is a name and no address; it is the same at every listener.</summary>
    public static string Version1Issuer(EmulatorSettings settings, Guid tenant) => $"https://{Of(settings).Version1IssuerHost}/{tenant}/";

    public static CloudShape? ByHost(string host) =>
        All.FirstOrDefault(cloud => cloud.Aliases.Contains(host, StringComparer.OrdinalIgnoreCase));
}
