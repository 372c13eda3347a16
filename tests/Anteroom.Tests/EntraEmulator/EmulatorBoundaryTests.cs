using Anteroom.EntraEmulator;
using Anteroom.EntraEmulator.Hosting;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>The emulator proves the server; so it must not share its mistakes (design.md §6).</summary>
public sealed class EmulatorBoundaryTests
{
    [Fact]
    public void It_references_nothing_of_ours_but_the_protocols_library()
    {
        var ours = typeof(EmulatorServer)
            .Assembly.GetReferencedAssemblies()
            .Select(assembly => assembly.Name!)
            .Where(name => name.StartsWith("Anteroom", StringComparison.Ordinal));
        Assert.Equal(["Anteroom.Protocols"], ours);
    }

    [Theory]
    [InlineData("--http-port", "70000")]
    [InlineData("--http-port", "x")]
    [InlineData("--public-host", "not a host")]
    [InlineData("--listen", "0.0.0.0")] // there is no way to leave loopback
    [InlineData("--data")]
    [InlineData("--no-http", "--no-https")]
    public void A_wrong_argument_is_one_sentence(params string[] arguments)
    {
        Assert.False(CommandLine.Parse(arguments).TryGet(out _, out var problem));
        Assert.NotEmpty(problem!);
    }

    [Fact]
    public void Arguments_become_options()
    {
        Assert.True(
            CommandLine
                .Parse(["--http-port", "15300", "--https-port", "0", "--data", "x", "--public-host", "login.test"])
                .TryGet(out var options, out _)
        );
        Assert.Equal((15300, 0, "x"), (options!.HttpPort, options.HttpsPort, options.Folder));
        Assert.Equal(["login.test"], options.PublicHosts);
    }

    [Fact]
    public async Task A_taken_port_is_one_sentence()
    {
        await using var first = await EmulatorServer.StartAsync(new EmulatorOptions { HttpsPort = null }, TimeProvider.System);
        var refused = await Assert.ThrowsAsync<EmulatorStartException>(() =>
            EmulatorServer.StartAsync(new EmulatorOptions { HttpsPort = null, HttpPort = first.Http!.Port }, TimeProvider.System)
        );
        Assert.Contains("cannot listen", refused.Message, StringComparison.Ordinal);
    }
}
