using System.Net;
using System.Net.Sockets;
using Anteroom.DevHost;
using Anteroom.Harness;

namespace Anteroom.Tests.DevHost;

public sealed class PortsTests
{
    [Fact]
    public void An_occupied_port_is_named()
    {
        var options = new DemoOptions(FreePort.OfDemo(), "/tmp/x", Fresh: false, Https: false);
        var port = options.SamplePort;
        using var other = new TcpListener(IPAddress.Loopback, port);
        other.Start();
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

    [Fact]
    public void Free_ports_pass() => Assert.Null(Ports.Check(new DemoOptions(FreePort.OfDemo(), "/tmp/x", Fresh: false, Https: false)));
}
