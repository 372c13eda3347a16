using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Anteroom.DevHost;
using Anteroom.Server.Platform.EmbeddedPostgres;

namespace Anteroom.Tests.DevHost;

/// <summary>The demo as <c>./anteroom demo</c> runs it: a process with children of its own, ended by signals or by itself.</summary>
internal sealed class DemoProcess : IAsyncDisposable
{
    public const int Hangup = 1;
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    private const string Mark = "TEST_OF_THE_DEMO";
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly string _mark;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    private DemoProcess(Process process, string folder, string mark)
    {
        (_process, Folder, _mark) = (process, folder, mark);
        (_output, _errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
    }

    public string Folder { get; }

    public string EndpointsFile => Path.Combine(Folder, "endpoints.json");

    public static DemoProcess Start(int port, string folder, params string[] more)
    {
        var mark = RandomNumberGenerator.GetHexString(32);
        var program = typeof(DemoEndpoints).Assembly.Location.Replace(AppContext.BaseDirectory, BesideUs(), StringComparison.Ordinal);
        // Whoever runs the tests in the background or by nohup has signals ignored, and children inherit that.
        string[] command = ["--default-signal=HUP,INT,QUIT,TERM", "dotnet", program];
        var start = new ProcessStartInfo("env", [.. command, "--port", $"{port}", "--data", folder, .. more])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[Mark] = mark;
        return new DemoProcess(Process.Start(start)!, folder, mark);
    }

    /// <summary>What the demo says in <c>endpoints.json</c> once everything answers.</summary>
    public async Task<DemoEndpoints> ReadyAsync()
    {
        for (var began = Stopwatch.GetTimestamp(); !File.Exists(EndpointsFile); await Task.Delay(50))
        {
            if (_process.HasExited)
                Assert.Fail($"The demo ended: {await _errors}\n{await _output}");
            Assert.True(Stopwatch.GetElapsedTime(began) < StartPatience, "The demo does not become ready.");
        }
        return JsonSerializer.Deserialize(await File.ReadAllTextAsync(EndpointsFile), DemoJson.Default.DemoEndpoints)!;
    }

    public void Signal(int signal) => Assert.Equal(0, Signal(_process.Id, signal));

    /// <summary>Ends the child that runs this program, as a crash would.</summary>
    public void KillChild(string assembly)
    {
        var child = Assert.Single(
            Marked(),
            pid => Text($"/proc/{pid}/cmdline").Split('\0').Any(word => Path.GetFileName(word) == assembly)
        );
        Assert.Equal(0, Signal(child, Kill));
    }

    /// <summary>Waits for its end and returns its exit code and what it printed.</summary>
    public async Task<(int Code, string Output, string Errors)> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(EndPatience);
        return (_process.ExitCode, await _output, await _errors);
    }

    /// <summary>Waits until none of its processes lives, the database's included.</summary>
    public async Task NothingLeftAsync()
    {
        for (var began = Stopwatch.GetTimestamp(); Living() is { Count: > 0 } left; await Task.Delay(50))
            if (Stopwatch.GetElapsedTime(began) > EndPatience)
                Assert.Fail("Still running:\n" + string.Join('\n', left.Select(pid => Text($"/proc/{pid}/cmdline").Replace('\0', ' '))));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _ = Signal(_process.Id, Terminate);
        await NothingLeftAsync();
        _process.Dispose();
    }

    private List<int> Living()
    {
        var root = ClusterHome.RecordedRoot(Path.Combine(Folder, "server", "database"));
        return [.. Marked(), .. root is null ? [] : RunningProcesses.PostgresIn(Path.Combine(root, "pgdata"))];
    }

    /// <summary>The demo and the programs it started: all inherit the mark. PostgreSQL overwrites its environment.</summary>
    private IEnumerable<int> Marked() =>
        Directory
            .EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), out var pid) ? pid : 0)
            .Where(pid =>
                pid > 0 && RunningProcesses.IsAlive(pid) && Text($"/proc/{pid}/environ").Contains(_mark, StringComparison.Ordinal)
            );

    private static string Text(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // gone, or somebody else's
        }
    }

    /// <summary>The folder of the program as it was built, not of the copy beside the tests: its children are found from there.</summary>
    private static string BesideUs() =>
        AppContext.BaseDirectory.Replace(
            Path.Combine("tests", "Anteroom.Tests"),
            Path.Combine("src", "Anteroom.DevHost"),
            StringComparison.Ordinal
        );

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int pid, int signal);
}
