using Anteroom.Server.Hosting;

namespace Anteroom.Harness;

/// <summary>The other side of <see cref="ProcessNode"/>: the real server, with the tests' clock, until standard input closes.</summary>
internal static class NodeProgram
{
    public const string Ready = "node listens at ";

    public static async Task<int> RunAsync(string clockPath, string[] args)
    {
        using var clock = new ManualClock(clockPath);
        var started = await ServerHost.StartAsync(args, clock, CancellationToken.None);
        if (!started.TryGet(out var host, out var failure))
        {
            await Console.Error.WriteLineAsync(failure.Sentence);
            return 1;
        }

        await using (host)
        {
            await Console.Out.WriteLineAsync(Ready + host.Addresses[0].AbsoluteUri);
            await Console.In.ReadToEndAsync(); // whoever started us closes it, also by dying
        }
        return 0;
    }
}
