using Anteroom.EntraEmulator.Hosting;

namespace Anteroom.EntraEmulator;

/// <summary>The process's entry point.</summary>
public static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (!CommandLine.Parse(args).TryGet(out var options, out var usage))
        {
            await Console.Error.WriteLineAsync(usage);
            return 1;
        }
        try
        {
            await using var server = await EmulatorServer.StartAsync(options, TimeProvider.System);
            await Console.Out.WriteLineAsync($"Entra emulator: {server.Http} {server.Https}");
            await server.WaitForShutdownAsync();
            return 0;
        }
        catch (EmulatorStartException problem)
        {
            await Console.Error.WriteLineAsync(problem.Message);
            return 1;
        }
    }
}
