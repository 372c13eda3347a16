using System.Collections.Concurrent;
using System.Diagnostics;
using Anteroom.Harness;
using Anteroom.Server.Hosting;
using Anteroom.Tests.Platform.EmbeddedPostgres;
using Npgsql;

namespace Anteroom.Tests.Hosting;

/// <summary>The embedded database is started before the server's logging stands, and tells of its restarts long after.</summary>
public sealed class StartLogTests
{
    [Fact]
    public async Task What_the_embedded_database_tells_later_reaches_the_log()
    {
        var folder = Directory.CreateTempSubdirectory("anteroom-start-");
        DatabaseFolder.SetMode(folder.FullName, DatabaseFolder.Private | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        using var heard = new Recorder();
        var started = await ServerHost.StartAsync(
            [
                "--urls=http://127.0.0.1:0",
                "--Anteroom:BaseUrl=http://localhost:5099",
                $"--Anteroom:DataFolder={folder.FullName}",
                "--Logging:LogLevel:Default=Warning",
            ],
            TimeProvider.System,
            default
        );
        Assert.True(started.TryGet(out var host, out var failure), failure?.Sentence);
        await using (host)
        {
            host.Services.GetRequiredService<ILoggerFactory>().AddProvider(heard);
            int pid;
            await using (var connection = await host.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync())
                pid = ParentOf(connection.ProcessID);
            using (var postmaster = Process.GetProcessById(pid))
                postmaster.Kill();
            await Poll.UntilAsync(
                "the restart is told",
                TimeSpan.FromSeconds(60),
                () => Task.FromResult(heard.Lines.Any(line => line.Contains("starting it again", StringComparison.Ordinal)))
            );
        }
        folder.Delete(recursive: true);
    }

    private static int ParentOf(int process) =>
        int.Parse(
            File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("PPid:", StringComparison.Ordinal))[5..],
            System.Globalization.CultureInfo.InvariantCulture
        );

    private sealed class Recorder : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Lines.Enqueue(formatter(state, exception));

        public void Dispose() { }
    }
}
