using System.Net;
using System.Net.Sockets;
using Anteroom.DevHost;

namespace Anteroom.Tests.DevHost;

public sealed class PortsTests
{
    [Fact]
    public void An_occupied_port_is_named()
    {
        using var other = ListenBelowEphemeralPorts();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var options = new DemoOptions(port - 2, "/tmp/x", Fresh: false, Https: false); // the sample application's place
        Assert.Contains($"Port {port}, meant for the sample application,", Ports.Check(options)?.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_taken_only_on_the_other_loopback_address_is_named_too()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6.");
        using var other = new TcpListener(IPAddress.IPv6Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        Assert.Contains(
            $"Port {port}",
            Ports.Check(new DemoOptions(port, "/tmp/x", Fresh: false, Https: false))?.Sentence,
            StringComparison.Ordinal
        );
    }

    // Servers of other tests listen above 32767, where the demo's further ports would otherwise be taken now and then.
    private static TcpListener ListenBelowEphemeralPorts()
    {
        for (var port = 24_002; ; port += 10)
        {
            var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return listener;
            }
            catch (SocketException) when (port < 30_000)
            {
                listener.Dispose();
            }
        }
    }

    [Fact]
    public void Free_ports_pass() => Assert.Null(Ports.Check(new DemoOptions(15200, "/tmp/x", Fresh: false, Https: false)));
}
