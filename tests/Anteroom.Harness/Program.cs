namespace Anteroom.Harness;

/// <summary>The process's entry point: <c>node CLOCKFILE SETTINGS…</c> runs one server for a rig.</summary>
public static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is ["node", var clock, .. var settings])
            return await NodeProgram.RunAsync(clock, settings);
        await Console.Error.WriteLineAsync("This program is started by tests: node CLOCKFILE SETTINGS…");
        return 1;
    }
}
