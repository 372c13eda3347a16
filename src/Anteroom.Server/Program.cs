namespace Anteroom.Server;

/// <summary>The process's entry point.</summary>
public static class Program
{
    public static Task<int> Main(string[] args) => AnteroomServer.RunAsync(args);
}
