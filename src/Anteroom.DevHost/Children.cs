using System.Collections.Concurrent;
using System.Diagnostics;

namespace Anteroom.DevHost;

/// <summary>Starts the demo's processes, all from one thread that lives as long as we do.</summary>
/// <remarks>
/// Each child has a session of its own, so that Ctrl-C reaches us alone and we stop them in order, and asks the kernel for a SIGTERM
/// when we die (PR_SET_PDEATHSIG). That wish is tied to the thread that started the child, hence the one thread.
/// </remarks>
internal sealed class Children : IDisposable
{
    private readonly BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)> _wishes = [];
    private readonly Thread _starter;

    public Children()
    {
        _starter = new Thread(StartAll) { IsBackground = true, Name = "child starter" };
        _starter.Start();
    }

    /// <param name="environment">Null removes a variable.</param>
    public async Task<Child> StartAsync(
        string name,
        ProgramPlace program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?> environment,
        string logFile
    )
    {
        if (File.Exists(logFile))
            File.Move(logFile, logFile + ".previous", overwrite: true);

        // The shell connects the streams; setsid, setpriv and dotnet then take over its process in turn.
        const string script = """
            exec >"$0" 2>&1 </dev/null
            if setpriv --pdeathsig TERM true; then exec setsid setpriv --pdeathsig TERM "$@"; else exec setsid "$@"; fi
            """;
        var start = new ProcessStartInfo("/bin/sh", ["-c", script, logFile, Environment.ProcessPath!, program.Assembly, .. arguments])
        {
            WorkingDirectory = program.Folder,
        };
        ForgetOtherServers(start);
        foreach (var (variable, value) in environment)
            start.Environment[variable] = value;

        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        _wishes.Add((start, started));
        return new Child(name, await started.Task, logFile);
    }

    public void Dispose()
    {
        _wishes.CompleteAdding();
        _starter.Join();
        _wishes.Dispose();
    }

    /// <summary>Settings of a real server in this shell must not reach the demo.</summary>
    public static void ForgetOtherServers(ProcessStartInfo start)
    {
        foreach (var variable in start.Environment.Keys.Where(BelongsToAnotherServer).ToList())
            start.Environment.Remove(variable);
    }

    private static bool BelongsToAnotherServer(string variable) =>
        variable.StartsWith("ANTEROOM_", StringComparison.OrdinalIgnoreCase)
        || variable.StartsWith("Anteroom__", StringComparison.OrdinalIgnoreCase)
        || variable.StartsWith("ConnectionStrings__", StringComparison.OrdinalIgnoreCase)
        || variable.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase)
        || variable.StartsWith("Kestrel__", StringComparison.OrdinalIgnoreCase);

    private void StartAll()
    {
        foreach (var (start, started) in _wishes.GetConsumingEnumerable())
        {
            try
            {
                started.SetResult(Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start."));
            }
            catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
            {
                started.SetException(e);
            }
        }
    }
}
