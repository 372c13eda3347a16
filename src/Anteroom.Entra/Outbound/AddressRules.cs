using System.Net;
using System.Net.Sockets;

namespace Anteroom.Entra.Outbound;

/// <summary>Which addresses an outbound connection may reach: the public unicast internet and nothing else (SEC-300).</summary>
/// <remarks>From the IANA special-purpose registries. For IPv6 the rule is turned round: only 2000::/3 is in use on the internet, so
/// everything outside it (loopback, mapped, NAT64, unique local, link-local, site-local, multicast) is refused without naming it.</remarks>
public static class AddressRules
{
    private static readonly IPNetwork[] RefusedIPv4 =
    [
        IPNetwork.Parse("0.0.0.0/8"),
        IPNetwork.Parse("10.0.0.0/8"),
        IPNetwork.Parse("100.64.0.0/10"), // carrier-grade NAT
        IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"), // link-local, cloud metadata
        IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.0.0.0/24"),
        IPNetwork.Parse("192.0.2.0/24"), // documentation, as 198.51.100 and 203.0.113
        IPNetwork.Parse("192.88.99.0/24"), // 6to4 relays
        IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("198.18.0.0/15"), // benchmarks
        IPNetwork.Parse("198.51.100.0/24"),
        IPNetwork.Parse("203.0.113.0/24"),
        IPNetwork.Parse("224.0.0.0/4"), // multicast
        IPNetwork.Parse("240.0.0.0/4"), // reserved, broadcast
    ];

    private static readonly IPNetwork GlobalIPv6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] RefusedIPv6 =
    [
        IPNetwork.Parse("2001::/23"), // protocol assignments, Teredo among them: it carries an IPv4 address
        IPNetwork.Parse("2001:db8::/32"), // documentation
        IPNetwork.Parse("2002::/16"), // 6to4 carries an IPv4 address
        IPNetwork.Parse("3fff::/20"), // documentation
    ];

    public static bool IsPublic(IPAddress address) =>
        address.AddressFamily switch
        {
            AddressFamily.InterNetwork => !Array.Exists(RefusedIPv4, network => network.Contains(address)),
            // IPNetwork takes a mapped address (::ffff:0:0/96) for the IPv4 address in it, so it must not get to see one.
            AddressFamily.InterNetworkV6 => !address.IsIPv4MappedToIPv6
                && GlobalIPv6.Contains(address)
                && !Array.Exists(RefusedIPv6, network => network.Contains(address)),
            _ => false,
        };
}
