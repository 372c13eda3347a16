using System.Net;
using System.Net.Sockets;

namespace Anteroom.Server.Platform.Web;

/// <summary>Who asks from where: the facts of a request that audit, limits and pages share.</summary>
public static class RequestFacts
{
    /// <summary>What people quote and logs carry. One per request, ours, never taken from a header.</summary>
    public static string CorrelationId(this HttpContext http) => http.TraceIdentifier;

    /// <summary>The client's network: IPv4 as /24, IPv6 as /64 (SEC-364). Kestrel's address, or the trusted proxy's word (SEC-014).</summary>
    public static string Network(this HttpContext http) => NetworkOf(http, version6Bytes: 8);

    /// <summary>The same, IPv6 as /56: what a household or an office is given, so that tries at passwords are counted together (SEC-214).</summary>
    public static string WideNetwork(this HttpContext http) => NetworkOf(http, version6Bytes: 7);

    private static string NetworkOf(HttpContext http, int version6Bytes)
    {
        var address = http.Connection.RemoteIpAddress;
        if (address is null)
            return "unknown";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();

        var bytes = address.GetAddressBytes();
        var (kept, suffix) = address.AddressFamily == AddressFamily.InterNetwork ? (3, "/24") : (version6Bytes, $"/{version6Bytes * 8}");
        bytes.AsSpan(kept).Clear();
        return new IPAddress(bytes) + suffix;
    }
}
