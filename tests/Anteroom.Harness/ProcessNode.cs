using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Anteroom.Harness;

/// <summary>A server in a process of its own, which can be killed as a power cut would. All that it prints is kept.</summary>
public sealed class ProcessNode : IServerNode
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ProcessNode(Process process) => _process = process;

    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    public int ProcessId => _process.Id;

    public bool HasEnded => _process.HasExited;

    /// <summary>Resident memory in bytes, as the system counts it.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Standard output and error so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public static async Task<ProcessNode> StartAsync(string[] args, string clockPath, int? openFiles, CancellationToken ct)
    {
        var start = new ProcessStartInfo(openFiles is null ? "dotnet" : "prlimit")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (openFiles is { } most)
        {
            start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"--nofile={most}"));
            start.ArgumentList.Add("dotnet");
        }
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "Anteroom.Harness.dll"), "node", clockPath, .. args])
            start.ArgumentList.Add(argument);

        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var node = new ProcessNode(process);
        process.OutputDataReceived += (_, line) => node.Heard(line.Data);
        process.ErrorDataReceived += (_, line) => node.Heard(line.Data);
        process.Exited += (_, _) => node._ready.TrySetException(new InvalidOperationException("The node ended: " + node.Output));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        node.Address = await node._ready.Task.WaitAsync(TimeSpan.FromSeconds(60), ct);
        return node;
    }

    /// <summary><c>kill -9</c>: nothing is flushed, nothing is told.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks it to end, as an operator's stop does, and waits.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15));
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
            }
        }
        _process.Dispose();
    }

    private void Heard(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.AppendLine(line);
        if (line.StartsWith(NodeProgram.Ready, StringComparison.Ordinal))
            _ready.TrySetResult(new Uri(line[NodeProgram.Ready.Length..]));
    }
}
