using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Dns;

namespace Anteroom.Tests.Platform.Dns;

public sealed class DnsOptionsTests
{
    [Theory]
    [InlineData("192.0.2.53", "192.0.2.53:53")]
    [InlineData("192.0.2.53:5353", "192.0.2.53:5353")]
    [InlineData("2001:db8::53", "[2001:db8::53]:53")]
    [InlineData("[2001:db8::53]:5353", "[2001:db8::53]:5353")]
    public void Reads_servers(string server, string expected)
    {
        var options = new DnsOptions { Servers = [server] };
        Assert.Null(options.Check());
        Assert.Equal(expected, Assert.Single(options.EndPoints).ToString());
    }

    [Theory]
    [InlineData("dns.example.com")] // who would look it up?
    [InlineData("")]
    [InlineData("53")]
    [InlineData("192.0.2.53:99999")]
    [InlineData("udp://192.0.2.53")]
    public void Names_a_server_that_is_no_address(string server)
    {
        var fault = new AnteroomOptions { Dns = new() { Servers = ["192.0.2.1", server] } }.Check();
        Assert.Contains("Anteroom:Dns:Servers", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(99, 2, "TimeoutMilliseconds")]
    [InlineData(30_001, 2, "TimeoutMilliseconds")]
    [InlineData(2_000, 0, "Tries")]
    [InlineData(2_000, 6, "Tries")]
    public void Names_a_number_that_cannot_work(int timeout, int tries, string setting) =>
        Assert.Contains(
            "Anteroom:Dns:" + setting,
            new DnsOptions { TimeoutMilliseconds = timeout, Tries = tries }.Check(),
            StringComparison.Ordinal
        );
}
