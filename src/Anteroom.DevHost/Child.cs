using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Anteroom.DevHost;

/// <summary>One running program of the demo.</summary>
internal sealed class Child(string name, Process process, string logFile) : IAsyncDisposable
{
    private const int Terminate = 15;
    private const int TailLines = 10;
    private const int LineLength = 300; // one log line may carry a whole stack
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(20);

    public int Id { get; } = process.Id;

    public Task Ended { get; } = process.WaitForExitAsync(CancellationToken.None);

    /// <summary>What to say when it ended by itself.</summary>
    public DemoFailure Failure()
    {
        var tail = string.Join(
            "\n  ",
            File.ReadLines(logFile).TakeLast(TailLines).Select(line => line[..Math.Min(line.Length, LineLength)])
        );
        var ending = process.HasExited ? $"ended with code {process.ExitCode}" : "does not answer";
        return new DemoFailure($"The {name} {ending}. The end of its log, {logFile}:\n  {tail}");
    }

    /// <summary>SIGTERM, and after a patient while SIGKILL.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            _ = Kill(process.Id, Terminate);
        await Task.WhenAny(Ended, Task.Delay(StopPatience));
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await Ended;
        process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
