using System.Diagnostics;
using System.Globalization;
using Anteroom.Server.Platform.EmbeddedPostgres;
using Npgsql;
using EmbeddedPostgresServer = Anteroom.Server.Platform.EmbeddedPostgres.EmbeddedPostgres;

namespace Anteroom.Tests.Platform.EmbeddedPostgres;

/// <summary>A data folder of its own that is gone, with whatever still runs in it, when the test is over.</summary>
internal sealed class DatabaseFolder : IAsyncDisposable
{
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly List<EmbeddedPostgresServer> _started = [];

    public DatabaseFolder(string? below = null)
    {
        Parent = Directory.CreateTempSubdirectory("anteroom-db-").FullName;
        SetMode(Parent, Private | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        Data = Path.Combine(Parent, below ?? "data");
    }

    public string Parent { get; }

    public string Data { get; }

    public string Cluster => Path.Combine(Data, "pgdata");

    public string PostmasterPid => Path.Combine(Cluster, "postmaster.pid");

    public EmbeddedPostgresOptions Options => new() { DataFolder = Data, Durable = false };

    public async Task<EmbeddedPostgresServer> StartAsync(EmbeddedPostgresOptions? options = null, CancellationToken ct = default)
    {
        var started = await EmbeddedPostgresServer.StartAsync(options ?? Options, TimeProvider.System, ct);
        Assert.True(started.TryGet(out var server, out var failure), failure?.Sentence);
        _started.Add(server);
        return server;
    }

    public async Task<EmbeddedPostgresFailure> FailToStartAsync(EmbeddedPostgresOptions? options = null)
    {
        var started = await EmbeddedPostgresServer.StartAsync(options ?? Options, TimeProvider.System, CancellationToken.None);
        if (started.TryGet(out var server, out var failure))
        {
            await server.DisposeAsync();
            Assert.Fail("It started.");
        }
        Assert.EndsWith(".", failure.Sentence, StringComparison.Ordinal);
        return failure;
    }

    public int ServerPid() => int.Parse(File.ReadLines(PostmasterPid).First(), CultureInfo.InvariantCulture);

    public static async Task<T> AskAsync<T>(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString
        );
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public static Task<DateTime> StartTimeAsync(EmbeddedPostgresServer server) =>
        AskAsync<DateTime>(server.AppConnectionString, "SELECT pg_postmaster_start_time()");

    public static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
    }

    public static void Kill(int pid)
    {
        using var victim = Process.GetProcessById(pid);
        victim.Kill();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _started)
            await server.DisposeAsync();
        Directory.Delete(Parent, recursive: true);
    }
}
