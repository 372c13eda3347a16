namespace Anteroom.Server;

/// <summary>The product as one object: built from configuration, run by <see cref="Program"/> and by the test harness.</summary>
public static class AnteroomServer
{
    public static Task<int> RunAsync(string[] args) => Task.FromResult(args.Length == 0 ? 0 : 0);
}
