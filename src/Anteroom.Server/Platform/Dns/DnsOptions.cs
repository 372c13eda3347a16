using System.Net;

namespace Anteroom.Server.Platform.Dns;

/// <summary>How names are looked up where domains are proven, section <c>Anteroom:Dns</c>.</summary>
public sealed class DnsOptions
{
    internal const int StandardPort = 53;

    /// <summary>Servers that are asked, in this order: <c>address</c> or <c>address:port</c>, <c>[address]:port</c> for IPv6; those of the machine by default.</summary>
    public string[] Servers { get; set; } = [];

    /// <summary>How long one server is waited for at one try: 100 to 30,000 ms, 2,000 by default.</summary>
    public int TimeoutMilliseconds { get; set; } = 2_000;

    /// <summary>How often each server is asked before none counts as having answered: 1 to 5, 2 by default.</summary>
    public int Tries { get; set; } = 2;

    public TimeSpan Timeout => TimeSpan.FromMilliseconds(TimeoutMilliseconds);

    /// <summary>The servers as addresses; empty for those of the machine.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => [.. Servers.Select(server => EndPointOf(server)!)];

    /// <summary>One sentence that names the wrong setting, or null.</summary>
    public string? Check()
    {
        foreach (var server in Servers)
            if (EndPointOf(server) is null)
                return $"Anteroom:Dns:Servers is not an address such as 192.0.2.53 or 192.0.2.53:5353: '{server}'.";
        if (TimeoutMilliseconds is < 100 or > 30_000)
            return "Anteroom:Dns:TimeoutMilliseconds must be between 100 and 30000.";
        return Tries is < 1 or > 5 ? "Anteroom:Dns:Tries must be between 1 and 5." : null;
    }

    private static IPEndPoint? EndPointOf(string server)
    {
        // "1" would be read as the address 0.0.0.1.
        if (!server.Contains('.', StringComparison.Ordinal) && !server.Contains(':', StringComparison.Ordinal))
            return null;
        if (!IPEndPoint.TryParse(server, out var address))
            return null;
        if (address.Port == 0)
            address.Port = StandardPort;
        return address;
    }
}
