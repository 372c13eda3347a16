using System.Runtime.InteropServices;
using Anteroom.Server.Administration;
using Anteroom.Server.Hosting;
using StandardStreams = System.Console;

namespace Anteroom.Server;

/// <summary>The product as a program: <c>serve</c> and <c>admin …</c>.</summary>
public static class AnteroomServer
{
    /// <returns>The exit code: 0, or 1 with one sentence on standard error.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var failure = args switch
        {
            ["serve", .. var rest] => await ServeAsync(rest),
            ["admin", .. var rest] => await AdministerAsync(rest),
            _ => new StartFailure("Usage: Anteroom.Server serve [settings] | admin <command> [settings]"),
        };
        if (failure is null)
            return Environment.ExitCode;
        await StandardStreams.Error.WriteLineAsync(failure.Sentence);
        return 1;
    }

    private static async Task<StartFailure?> ServeAsync(string[] args)
    {
        // The framework ends gracefully by SIGINT, SIGQUIT and SIGTERM; a terminal that went away (SIGHUP) means the same.
        // Where SIGHUP was ignored from the start, as under nohup, it stays so.
        using var stop = new CancellationTokenSource();
        using var hangUp = PosixSignalRegistration.Create(
            PosixSignal.SIGHUP,
            signal =>
            {
                signal.Cancel = true;
                stop.Cancel();
            }
        );
        try
        {
            var started = await ServerHost.StartAsync(args, TimeProvider.System, stop.Token);
            if (!started.TryGet(out var host, out var failure))
                return failure;
            await using (host)
                await host.WaitForShutdownAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It had not begun yet.
        }
        return null;
    }

    /// <summary>Opens the database as the server would, migrates where it may, and runs one command on it.</summary>
    private static async Task<StartFailure?> AdministerAsync(string[] args)
    {
        var configuration = new ConfigurationManager();
        configuration.AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true);
        configuration.AddEnvironmentVariables();
        ServerConfiguration.Add(configuration, [.. args.Where(argument => argument.Contains('=', StringComparison.Ordinal))]);
        if (!ServerConfiguration.Read(configuration).TryGet(out var options, out var failure))
            return failure;

        using var log = LoggerFactory.Create(logging =>
            logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning)
        );
        var opened = await ServerDatabase.OpenAsync(
            configuration,
            options,
            TimeProvider.System,
            log.CreateLogger("Anteroom.Database"),
            CancellationToken.None
        );
        if (!opened.TryGet(out var database, out failure))
            return failure;
        await using (database)
            Environment.ExitCode = await AdminCommands.RunAsync(
                [.. args.Where(argument => !argument.Contains('=', StringComparison.Ordinal))],
                options,
                database.App,
                TimeProvider.System,
                StandardStreams.Out,
                StandardStreams.Error,
                CancellationToken.None
            );
        return null;
    }
}
