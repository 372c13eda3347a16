using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Anteroom.Server.Platform.EmbeddedPostgres;

/// <summary>The running server of one cluster: finds it, starts it, waits for it, stops it. All but <see cref="IsAlive"/> under the start lock.</summary>
internal sealed class Postmaster(ClusterHome home, EmbeddedPostgresOptions options)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan SilentStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LeftoverPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(60);

    /// <summary>Who cannot log in (wrong account) shows as this state; Npgsql gives the server's words.</summary>
    private const string InvalidAuthorization = "28000";

    /// <summary>What runs with exactly our folder as <c>-D</c>; null when nothing does, whatever the files claim.</summary>
    public int? RunningPid() => PidIn(home.PostmasterPid) is { } pid && RunningProcesses.IsAliveWith(pid, home.Cluster) ? pid : null;

    public bool IsAlive() => RunningPid() is not null;

    public string ConnectionString(string role) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = home.SocketFolder,
            Port = ClusterHome.Port,
            Username = role,
            Database = ClusterCreation.Database,
            SslMode = SslMode.Disable,
        }.ConnectionString;

    /// <summary>Removes what a killed server left, once none of its processes lives. PostgreSQL itself stumbles over a zombie's pid.</summary>
    public async Task<EmbeddedPostgresFailure?> ClearStaleLocksAsync(CancellationToken ct)
    {
        if (SocketOwner() is { } owner && owner != home.Cluster && SocketPid() is { } other && RunningProcesses.IsAliveWith(other, owner))
            return EmbeddedPostgresFailure.SocketConflict(
                $"The socket {home.Socket} belongs to the database in {owner}, which is running: stop that one or use another data folder."
            );

        for (
            var started = Stopwatch.GetTimestamp();
            RunningProcesses.PostgresIn(home.Cluster) is { Count: > 0 } left;
            await Task.Delay(Poll, ct)
        )
        {
            if (Stopwatch.GetElapsedTime(started) > LeftoverPatience)
                return EmbeddedPostgresFailure.Busy(
                    $"Processes of an earlier database still use {home.Cluster} (process {string.Join(", ", left)}): end them and try again."
                );
        }

        if (File.Exists(home.PostmasterPid))
            options.Log.StaleLocksRemoved(home.Root);
        File.Delete(home.PostmasterPid);
        if (Directory.Exists(home.SocketFolder)) // a short one elsewhere does not outlive a reboot
        {
            File.Delete(home.SocketLock);
            File.Delete(home.Socket);
        }
        return null;
    }

    /// <summary>Starts the server as a process of its own: own session, no pipe to us, so that it survives us and Ctrl-C.</summary>
    public async Task<EmbeddedPostgresFailure?> StartAsync(PostgresBinaries binaries, CancellationToken ct)
    {
        foreach (var folder in (string[])[home.SocketFolder, home.Logs])
        {
            if (await ClusterHome.MakeServerFolderAsync(folder, ct) is { } unusable)
                return unusable;
        }
        await ClusterConfiguration.WriteAsync(home, options, ct);

        string[] server =
        [
            binaries.Postgres,
            "-D",
            home.Cluster,
            "-c",
            $"config_file={ClusterConfiguration.File(home, "postgresql.conf")}",
            "-c",
            $"hba_file={ClusterConfiguration.File(home, "pg_hba.conf")}",
            "-c",
            $"ident_file={ClusterConfiguration.File(home, "pg_ident.conf")}",
        ];
        // The shell only connects the streams; then setsid and postgres take over its process in turn.
        string[] shell = ["-c", "exec setsid \"$@\" </dev/null >\"$0\" 2>&1", StartLog, .. server];
        var command = ServerAccount.Command(asServerAccount: true, "/bin/sh", shell);
        command.RedirectStandardOutput = command.RedirectStandardError = false;
        using var process = Process.Start(command) ?? throw new InvalidOperationException("The shell did not start.");
        process.StandardInput.Close();

        var failure = await WaitUntilReadyAsync(() => !process.HasExited, ct);
        if (failure is null)
            options.Log.Started(binaries.Version, home.Root, process.Id);
        return failure;
    }

    /// <summary>Waits for the first answer, however long a recovery takes, as long as the process lives and says that it is starting.</summary>
    public async Task<EmbeddedPostgresFailure?> WaitUntilReadyAsync(Func<bool> alive, CancellationToken ct)
    {
        for (var heard = Stopwatch.GetTimestamp(); ; await Task.Delay(Poll, ct))
        {
            var wasAlive = alive();
            switch (await AskAsync(ct))
            {
                case Answer.Ready:
                    return null;
                case Answer.NotYet:
                    heard = Stopwatch.GetTimestamp();
                    break;
                case Answer.Refused refused:
                    return EmbeddedPostgresFailure.FolderForeign(
                        $"The database in {home.Root} runs but does not let {Environment.UserName} in ({refused.Words}): use the account that started it."
                    );
            }
            if (!wasAlive)
                return EmbeddedPostgresFailure.StartFailed(
                    $"PostgreSQL stopped while starting in {home.Root}: {await LastLogLineAsync(ct)}"
                );
            if (Stopwatch.GetElapsedTime(heard) > SilentStart)
                return EmbeddedPostgresFailure.StartFailed(
                    $"PostgreSQL in {home.Root} did not answer within {SilentStart.TotalSeconds:0} seconds; its log is in {home.Logs}."
                );
        }
    }

    /// <summary>Fast shutdown: open transactions are rolled back, everything acknowledged is on disk.</summary>
    public async Task StopAsync(CancellationToken ct)
    {
        if (RunningPid() is not { } pid)
            return;
        if (!RunningProcesses.Signal(pid, RunningProcesses.Interrupt))
            return;
        for (var started = Stopwatch.GetTimestamp(); RunningProcesses.IsAlive(pid); await Task.Delay(Poll, ct))
        {
            if (Stopwatch.GetElapsedTime(started) <= StopPatience)
                continue;
            options.Log.StopTimedOut(home.Root, StopPatience.TotalSeconds);
            return;
        }
        if (!home.SocketFolder.StartsWith(home.Root, StringComparison.Ordinal) && Directory.Exists(home.SocketFolder))
            Directory.Delete(home.SocketFolder, recursive: true);
        options.Log.Stopped(home.Root);
    }

    private string StartLog => Path.Combine(home.Logs, "start.log");

    private async Task<Answer> AskAsync(CancellationToken ct)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(ConnectionString(ClusterCreation.AppRole)) { Pooling = false, Timeout = 5 };
            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync(ct);
            return new Answer.Ready();
        }
        catch (PostgresException e) when (e.SqlState == InvalidAuthorization)
        {
            return new Answer.Refused(e.MessageText);
        }
        catch (PostgresException e)
        {
            // Starting and stopping are a matter of time; whatever else it says (too many connections), it is there.
            return e.SqlState is PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
                ? new Answer.NotYet()
                : new Answer.Ready();
        }
        catch (NpgsqlException)
        {
            return new Answer.Silent();
        }
    }

    private async Task<string> LastLogLineAsync(CancellationToken ct)
    {
        var newest = new DirectoryInfo(home.Logs).EnumerateFiles("*.log").OrderByDescending(file => file.LastWriteTimeUtc).FirstOrDefault();
        if (newest is null)
            return "it left no log.";
        var lines = await File.ReadAllLinesAsync(newest.FullName, ct);
        var telling = lines.LastOrDefault(line => line.Contains("FATAL", StringComparison.Ordinal)) ?? lines.LastOrDefault();
        return telling is null ? $"it left nothing in {newest.FullName}." : $"{telling.Trim()} ({newest.FullName}).";
    }

    private static int? PidIn(string lockFile) =>
        LineOf(lockFile, 0) is { } text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;

    private int? SocketPid() => PidIn(home.SocketLock);

    private string? SocketOwner() => LineOf(home.SocketLock, 1);

    /// <summary>Both lock files begin with the process and the data folder.</summary>
    private static string? LineOf(string lockFile, int line)
    {
        try
        {
            return File.ReadLines(lockFile).ElementAtOrDefault(line)?.Trim();
        }
        catch (IOException)
        {
            return null;
        }
    }

    private abstract record Answer
    {
        public sealed record Ready : Answer;

        public sealed record NotYet : Answer;

        public sealed record Silent : Answer;

        public sealed record Refused(string Words) : Answer;
    }
}
