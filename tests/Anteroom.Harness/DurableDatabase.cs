using System.Diagnostics;
using System.Globalization;
using Anteroom.Server.Platform.EmbeddedPostgres;
using Npgsql;

namespace Anteroom.Harness;

/// <summary>A private PostgreSQL that keeps its promises, so that killing it proves something.</summary>
public sealed class DurableDatabase : IAsyncDisposable
{
    private readonly EmbeddedPostgres _server;

    private DurableDatabase(EmbeddedPostgres server) => _server = server;

    public string OwnerConnectionString => _server.OwnerConnectionString;

    public string AppConnectionString => _server.AppConnectionString;

    public static async Task<DurableDatabase> StartAsync(string folder, CancellationToken ct)
    {
        var options = new EmbeddedPostgresOptions { DataFolder = folder, MaxConnections = 200 };
        var started = await EmbeddedPostgres.StartAsync(options, TimeProvider.System, ct);
        return started.TryGet(out var server, out var failure)
            ? new DurableDatabase(server)
            : throw new InvalidOperationException(failure.Sentence);
    }

    /// <summary><c>kill -9</c> of one session: the postmaster then ends all others, throws the shared memory away and recovers as after a power cut. Quicker than <see cref="KillAsync"/>.</summary>
    /// <returns>When the crash has begun: whoever is connected has heard of it.</returns>
    public async Task CrashAsync(CancellationToken ct)
    {
        await RecoveredAsync();
        await using var doomed = new NpgsqlConnection(OwnerConnectionString + ";Pooling=false");
        await using var witness = new NpgsqlConnection(OwnerConnectionString + ";Pooling=false");
        await doomed.OpenAsync(ct);
        await witness.OpenAsync(ct);
        await SignalAsync("KILL", doomed.ProcessID, ct);
        await Poll.UntilAsync("the database has crashed", TimeSpan.FromSeconds(60), async () => !await AnswersAsync(witness));

        async Task<bool> AnswersAsync(NpgsqlConnection connection)
        {
            try
            {
                await using var command = new NpgsqlCommand("SELECT 1", connection);
                return await command.ExecuteScalarAsync(ct) is 1;
            }
            catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
            {
                return false; // told so, or closed
            }
        }
    }

    /// <summary><c>kill -9</c> of the postmaster, the parent of every session: they end with it, unwritten pages are lost.</summary>
    public async Task KillAsync(CancellationToken ct) => await SignalAsync("KILL", await PostmasterAsync(ct), ct);

    /// <summary>An orderly end, as before a restart by hand or by an update ("fast shutdown"): sessions are told 57P01, who comes is told 57P03. Its keeper starts it anew.</summary>
    public async Task ShutDownAsync(CancellationToken ct) => await SignalAsync("INT", await PostmasterAsync(ct), ct);

    /// <summary>Until it answers again: its keeper starts it anew.</summary>
    public Task<TimeSpan> RecoveredAsync() =>
        Poll.UntilAsync(
            "the database answers again",
            TimeSpan.FromSeconds(60),
            async () =>
            {
                try
                {
                    await using var connection = new NpgsqlConnection(OwnerConnectionString + ";Pooling=false;Timeout=2");
                    await connection.OpenAsync();
                    return true;
                }
                catch (NpgsqlException)
                {
                    return false;
                }
            }
        );

    public async ValueTask DisposeAsync()
    {
        try
        {
            await RecoveredAsync(); // PostgreSQL 15 may hang where it is asked to stop in the middle of a recovery
        }
        catch (TimeoutException)
        {
            // Then it is stopped as it is.
        }
        NpgsqlConnection.ClearAllPools();
        await _server.DisposeAsync();
    }

    private async Task<int> PostmasterAsync(CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(OwnerConnectionString + ";Pooling=false");
        await connection.OpenAsync(ct);
        var status = await File.ReadAllLinesAsync($"/proc/{connection.ProcessID}/status", ct);
        return int.Parse(status.First(line => line.StartsWith("PPid:", StringComparison.Ordinal))[5..], CultureInfo.InvariantCulture);
    }

    private static async Task SignalAsync(string signal, int process, CancellationToken ct)
    {
        using var kill = Process.Start("/bin/kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(ct);
    }
}
