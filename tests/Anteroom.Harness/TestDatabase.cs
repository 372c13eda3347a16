using System.Security.Cryptography;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.EmbeddedPostgres;
using Npgsql;

namespace Anteroom.Harness;

/// <summary>An own, empty, migrated database on the machine's one throw-away server; dropped when disposed.</summary>
/// <remarks>
/// The server is started by the first test process that needs it, without durability, and stopped by the last. Databases are made from a
/// template that is migrated once for each state of the migration files.
/// </remarks>
public sealed class TestDatabase : IAsyncDisposable
{
    private static readonly SemaphoreSlim Gate = new(1);
    private static EmbeddedPostgres? s_server;

    private readonly string _name;

    private TestDatabase(string name, string ownerConnectionString, string appConnectionString)
    {
        _name = name;
        OwnerConnectionString = ownerConnectionString;
        AppConnectionString = appConnectionString;
        Source = Pool.Of(appConnectionString);
        Database = new Database(Source);
    }

    /// <summary>As <c>anteroom_owner</c>, for migrations and for looking around.</summary>
    public string OwnerConnectionString { get; }

    /// <summary>As <c>anteroom_app</c>, as the product runs.</summary>
    public string AppConnectionString { get; }

    public NpgsqlDataSource Source { get; }

    public Database Database { get; }

    /// <param name="migrated">False leaves the database empty, for tests of the migrations themselves.</param>
    public static async Task<TestDatabase> CreateAsync(bool migrated = true, CancellationToken ct = default)
    {
        var server = await ServerAsync(ct);
        var name = "test_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var template = migrated ? await TemplateAsync(server, ct) : "template1";
        await using (var owner = await OpenAsync(server.OwnerConnectionString, ct))
            await CreateDatabaseAsync(owner, name, template, ct);

        var database = new TestDatabase(name, With(server.OwnerConnectionString, name), With(server.AppConnectionString, name));
        if (!migrated)
            await TakeSchemaAsync(database.OwnerConnectionString, ct);
        return database;
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        var server = await ServerAsync(CancellationToken.None);
        await using var owner = await OpenAsync(server.OwnerConnectionString, CancellationToken.None);
        await DropAsync(owner, _name);
    }

    /// <summary>The owner may not end the application's sessions, and a session that was closed here lives on there for a moment.</summary>
    private static async Task DropAsync(NpgsqlConnection owner, string name)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await ExecuteAsync(owner, $"DROP DATABASE IF EXISTS {name} WITH (FORCE)", CancellationToken.None);
                return;
            }
            catch (PostgresException e) when (e.SqlState is "42501" or "55006" && attempt < 600)
            {
                await Task.Delay(50);
            }
        }
    }

    private static async Task<EmbeddedPostgres> ServerAsync(CancellationToken ct)
    {
        await Gate.WaitAsync(ct);
        try
        {
            if (s_server is not null)
                return s_server;

            var options = new EmbeddedPostgresOptions
            {
                DataFolder = Path.Combine(Path.GetTempPath(), "anteroom-tests-" + Environment.UserName),
                Durable = false,
                MaxConnections = 400,
                OwnerMayCreateDatabases = true,
            };
            var started = await EmbeddedPostgres.StartAsync(options, TimeProvider.System, ct);
            if (!started.TryGet(out var server, out var failure))
                throw new InvalidOperationException(failure.Sentence);

            AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(5));
            return s_server = server;
        }
        finally
        {
            Gate.Release();
        }
    }

    /// <summary>A migrated database that nobody connects to, named after what the migrations say.</summary>
    private static async Task<string> TemplateAsync(EmbeddedPostgres server, CancellationToken ct)
    {
        var name = "template_" + Migrator.Fingerprint[..16];
        await using var owner = await OpenAsync(server.OwnerConnectionString, ct);
        await ExecuteAsync(owner, "SELECT pg_advisory_lock(7001)", ct);
        try
        {
            if (await ExistsAsync(owner, name, ct))
                return name;

            var making = name + "_making";
            await ExecuteAsync(owner, $"DROP DATABASE IF EXISTS {making} WITH (FORCE)", ct);
            await CreateDatabaseAsync(owner, making, "template1", ct);
            var connection = With(server.OwnerConnectionString, making) + ";Pooling=false";
            await TakeSchemaAsync(connection, ct);
            await using (var source = NpgsqlDataSource.Create(connection))
            {
                var migrated = await new Migrator(source, TimeProvider.System).MigrateAsync(ct);
                if (!migrated.TryGet(out _, out var failure))
                    throw new InvalidOperationException(failure.Sentence);
            }
            await ExecuteAsync(owner, $"ALTER DATABASE {making} RENAME TO {name}", ct);
            return name;
        }
        finally
        {
            await ExecuteAsync(owner, "SELECT pg_advisory_unlock(7001)", CancellationToken.None);
        }
    }

    // Copies of one template must not be made at once: PostgreSQL refuses while another copy reads it.
    private static async Task CreateDatabaseAsync(NpgsqlConnection owner, string name, string template, CancellationToken ct)
    {
        await ExecuteAsync(owner, "SELECT pg_advisory_lock(7002)", ct);
        try
        {
            await ExecuteAsync(owner, $"CREATE DATABASE {name} TEMPLATE {template}", ct);
        }
        finally
        {
            await ExecuteAsync(owner, "SELECT pg_advisory_unlock(7002)", CancellationToken.None);
        }
    }

    /// <summary>In a database of its own making the owner may use the schema public as in the product's.</summary>
    private static async Task TakeSchemaAsync(string connectionString, CancellationToken ct)
    {
        await using var owner = await OpenAsync(connectionString, ct);
        await ExecuteAsync(owner, "GRANT USAGE ON SCHEMA public TO PUBLIC", ct);
    }

    private static string With(string connectionString, string database) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Database = database, MaxPoolSize = 50 }.ConnectionString;

    private static async Task<bool> ExistsAsync(NpgsqlConnection connection, string name, CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = @name)";
        command.Parameters.AddWithValue("name", name);
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString, CancellationToken ct)
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(ct);
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Names of our own making.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(ct);
    }
}
