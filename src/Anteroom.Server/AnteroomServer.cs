using Anteroom.Server.Hosting;

namespace Anteroom.Server;

/// <summary>The product as a program: <c>serve</c> and <c>admin …</c>.</summary>
public static class AnteroomServer
{
    /// <returns>The exit code: 0, or 1 with one sentence on standard error.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        switch (args)
        {
            case ["serve", .. var rest]:
                return await ServeAsync(rest);
            default:
                await Console.Error.WriteLineAsync("Usage: Anteroom.Server serve [settings]");
                return 1;
        }
    }

    private static async Task<int> ServeAsync(string[] args)
    {
        var started = await ServerHost.StartAsync(args, TimeProvider.System, CancellationToken.None);
        if (!started.TryGet(out var host, out var failure))
        {
            await Console.Error.WriteLineAsync(failure.Sentence);
            return 1;
        }
        await using (host)
            await host.WaitForShutdownAsync(CancellationToken.None);
        return 0;
    }
}
