using System.Diagnostics;
using System.Globalization;

namespace Anteroom.Tests.Platform.EmbeddedPostgres;

/// <summary>What killed processes leave behind does not stop the next start.</summary>
public sealed class EmbeddedPostgresCrashTests
{
    [Fact]
    public async Task A_killed_server_is_started_again_under_its_users_and_has_every_acknowledged_row()
    {
        await using var folder = new DatabaseFolder();
        var server = await folder.StartAsync(folder.Options with { Durable = true });
        var started = await DatabaseFolder.StartTimeAsync(server);
        await DatabaseFolder.AskAsync<string>(
            server.OwnerConnectionString,
            "CREATE TABLE t AS SELECT n FROM generate_series(1, 1000) n; SELECT 'made'"
        );

        DatabaseFolder.Kill(folder.ServerPid());

        Assert.Equal(
            1000L,
            await EventuallyAsync(() => DatabaseFolder.AskAsync<long>(server.OwnerConnectionString, "SELECT count(*) FROM t"))
        );
        Assert.NotEqual(started, await DatabaseFolder.StartTimeAsync(server));
    }

    [Fact]
    public async Task A_new_product_starts_over_the_locks_of_a_killed_server()
    {
        await using var folder = new DatabaseFolder();
        var before = await folder.StartAsync();
        var started = await DatabaseFolder.StartTimeAsync(before);
        DatabaseFolder.Kill(folder.ServerPid());

        var after = await folder.StartAsync(); // at once: the backends of the dead one may still be there
        Assert.True(await DatabaseFolder.StartTimeAsync(after) > started);
    }

    [Fact]
    public async Task A_lock_that_names_a_living_stranger_is_stale()
    {
        await using var folder = new DatabaseFolder();
        await LeaveLocksAsync(folder, Environment.ProcessId);
        Assert.Equal(1, await DatabaseFolder.AskAsync<int>((await folder.StartAsync()).AppConnectionString, "SELECT 1"));
    }

    [Fact]
    public async Task A_lock_that_names_a_zombie_is_stale()
    {
        await using var folder = new DatabaseFolder();
        // The shell's child ends, and what the shell becomes never asks for it.
        using var parent = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", "sleep 0.3 & echo $!; exec sleep 60"]) { RedirectStandardOutput = true }
        )!;
        try
        {
            var zombie = int.Parse(
                (await parent.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!,
                CultureInfo.InvariantCulture
            );
            await LeaveLocksAsync(folder, zombie);
            Assert.Equal(1, await DatabaseFolder.AskAsync<int>((await folder.StartAsync()).AppConnectionString, "SELECT 1"));
            Assert.Contains(
                ") Z ",
                await File.ReadAllTextAsync($"/proc/{zombie}/stat", TestContext.Current.CancellationToken),
                StringComparison.Ordinal
            );
        }
        finally
        {
            parent.Kill();
        }
    }

    [Fact]
    public async Task A_half_made_cluster_is_removed_and_made_again()
    {
        await using var folder = new DatabaseFolder();
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(250));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => folder.StartAsync(ct: impatient.Token));
        Assert.False(Directory.Exists(folder.Cluster));
        var left = Directory.CreateDirectory(Path.Combine(folder.Data, "pgdata.new-left")).FullName;
        await File.WriteAllTextAsync(Path.Combine(left, "PG_VERSION"), "15\n", TestContext.Current.CancellationToken);

        var server = await folder.StartAsync();
        Assert.Equal(1, await DatabaseFolder.AskAsync<int>(server.AppConnectionString, "SELECT 1"));
        Assert.Empty(Directory.EnumerateDirectories(folder.Data, "pgdata.new-*"));
    }

    [Fact]
    public async Task A_user_that_was_killed_does_not_keep_the_server_alive()
    {
        await using var folder = new DatabaseFolder();
        var server = await folder.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(folder.Data, "users", "1-dead.lock"), "", TestContext.Current.CancellationToken);
        await server.DisposeAsync();
        Assert.False(File.Exists(folder.PostmasterPid));
    }

    private static async Task LeaveLocksAsync(DatabaseFolder folder, int pid)
    {
        await (await folder.StartAsync()).DisposeAsync();
        var text = $"{pid}\n{folder.Cluster}\n1\n5432\n{folder.Data}/run\n\n";
        await File.WriteAllTextAsync(folder.PostmasterPid, text, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder.Data, "run", ".s.PGSQL.5432.lock"), text, TestContext.Current.CancellationToken);
    }

    private static async Task<T> EventuallyAsync<T>(Func<Task<T>> ask)
    {
        for (var started = Stopwatch.GetTimestamp(); ; await Task.Delay(50))
        {
            try
            {
                return await ask();
            }
            catch (Npgsql.NpgsqlException) when (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20)) { }
        }
    }
}
