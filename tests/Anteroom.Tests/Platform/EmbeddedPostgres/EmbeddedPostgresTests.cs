using Npgsql;
using EmbeddedPostgresServer = Anteroom.Server.Platform.EmbeddedPostgres.EmbeddedPostgres;

namespace Anteroom.Tests.Platform.EmbeddedPostgres;

/// <summary>The life of the private database: first start, shared use, the last one out.</summary>
public sealed class EmbeddedPostgresTests
{
    [Fact]
    public async Task The_first_start_makes_a_database_with_an_owner_and_an_application_role()
    {
        await using var folder = new DatabaseFolder();
        var server = await folder.StartAsync();

        Assert.Equal("anteroom_app", await DatabaseFolder.AskAsync<string>(server.AppConnectionString, "SELECT current_user::text"));
        Assert.Equal("anteroom_owner", await DatabaseFolder.AskAsync<string>(server.OwnerConnectionString, "SELECT current_user::text"));
        var database = await DatabaseFolder.AskAsync<string>(
            server.OwnerConnectionString,
            "SELECT current_database() || ' ' || pg_get_userbyid(datdba) || ' ' || pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()"
        );
        Assert.Equal("anteroom anteroom_owner UTF8", database);
        await DatabaseFolder.AskAsync<string>(server.OwnerConnectionString, "CREATE TABLE t (n int); SELECT 'made'");
    }

    [Fact]
    public async Task Neither_role_is_a_superuser_or_passes_row_level_security_and_nobody_connects_as_one_that_is()
    {
        await using var folder = new DatabaseFolder();
        var server = await folder.StartAsync();

        var roles = await DatabaseFolder.AskAsync<string>(
            server.AppConnectionString,
            """
            SELECT string_agg(rolname || ' ' || (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication), ',' ORDER BY rolname)
              FROM pg_roles WHERE rolname LIKE 'anteroom%' AND rolname <> 'anteroom_bootstrap'
            """
        );
        Assert.Equal("anteroom_app false,anteroom_owner false", roles);

        var bootstrap = new NpgsqlConnectionStringBuilder(server.AppConnectionString) { Username = "anteroom_bootstrap" }.ConnectionString;
        var refused = await Assert.ThrowsAsync<PostgresException>(() => DatabaseFolder.AskAsync<int>(bootstrap, "SELECT 1"));
        Assert.Equal("28000", refused.SqlState);

        var denied = await Assert.ThrowsAsync<PostgresException>(() =>
            DatabaseFolder.AskAsync<int>(server.AppConnectionString, "CREATE TABLE t (n int)")
        );
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, denied.SqlState);
    }

    [Fact]
    public async Task The_owner_creates_databases_only_when_the_cluster_was_made_for_it()
    {
        await using var folder = new DatabaseFolder();
        var server = await folder.StartAsync(folder.Options with { OwnerMayCreateDatabases = true });
        await DatabaseFolder.AskAsync<int?>(server.OwnerConnectionString, "SELECT 1");
        await using var source = NpgsqlDataSource.Create(server.OwnerConnectionString);
        await using (var command = source.CreateCommand("CREATE DATABASE copy TEMPLATE template0"))
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var copy = new NpgsqlConnectionStringBuilder(server.AppConnectionString) { Database = "copy" }.ConnectionString;
        Assert.Equal("copy", await DatabaseFolder.AskAsync<string>(copy, "SELECT current_database()::text"));
    }

    [Fact]
    public async Task A_product_keeps_commits_durable_and_listens_on_no_port()
    {
        await using var folder = new DatabaseFolder();
        var server = await folder.StartAsync(folder.Options with { Durable = true });
        var settings = await DatabaseFolder.AskAsync<string>(
            server.AppConnectionString,
            "SELECT string_agg(name || '=' || setting, ' ' ORDER BY name) FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'listen_addresses', 'data_checksums')"
        );
        Assert.Equal("data_checksums=on fsync=on full_page_writes=on listen_addresses= synchronous_commit=on", settings);
    }

    [Fact]
    public async Task A_second_product_adopts_the_server_and_the_last_one_stops_it()
    {
        await using var folder = new DatabaseFolder();
        var first = await folder.StartAsync();
        var second = await folder.StartAsync();
        var pid = folder.ServerPid();
        Assert.Equal(await DatabaseFolder.StartTimeAsync(first), await DatabaseFolder.StartTimeAsync(second));

        await first.DisposeAsync();
        Assert.Equal(pid, folder.ServerPid());
        Assert.Equal(1, await DatabaseFolder.AskAsync<int>(second.AppConnectionString, "SELECT 1"));

        await second.DisposeAsync();
        Assert.False(File.Exists(folder.PostmasterPid));
        Assert.False(Directory.Exists($"/proc/{pid}/cwd"));
    }

    [Fact]
    public async Task Two_starts_at_once_make_one_server()
    {
        await using var folder = new DatabaseFolder();
        var servers = await Task.WhenAll(folder.StartAsync(), folder.StartAsync());
        Assert.Equal(await DatabaseFolder.StartTimeAsync(servers[0]), await DatabaseFolder.StartTimeAsync(servers[1]));
    }

    [Fact]
    public async Task What_was_written_is_there_after_a_restart()
    {
        await using var folder = new DatabaseFolder();
        var before = await folder.StartAsync();
        await DatabaseFolder.AskAsync<string>(before.OwnerConnectionString, "CREATE TABLE t AS SELECT 42 AS n; SELECT 'made'");
        await before.DisposeAsync();

        var after = await folder.StartAsync();
        Assert.Equal(42, await DatabaseFolder.AskAsync<int>(after.OwnerConnectionString, "SELECT n FROM t"));
    }

    [Fact]
    public async Task A_folder_with_a_long_path_and_odd_characters_gets_a_short_socket()
    {
        await using var folder = new DatabaseFolder($"it's a {new string('x', 80)}/long ä path");
        var server = await folder.StartAsync();
        Assert.Equal(1, await DatabaseFolder.AskAsync<int>(server.AppConnectionString, "SELECT 1"));
        Assert.True(Directory.Exists(folder.Cluster));
    }

    [Fact]
    public async Task A_folder_that_the_server_account_cannot_enter_gets_its_cluster_elsewhere_and_finds_it_again()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root runs the database as another account.");
        await using var folder = new DatabaseFolder();
        DatabaseFolder.SetMode(folder.Parent, DatabaseFolder.Private);
        var before = await folder.StartAsync();
        var home = (
            await File.ReadAllTextAsync(Path.Combine(folder.Data, "cluster-location"), TestContext.Current.CancellationToken)
        ).Trim();
        try
        {
            await DatabaseFolder.AskAsync<string>(before.OwnerConnectionString, "CREATE TABLE t AS SELECT 42 AS n; SELECT 'made'");
            await before.DisposeAsync();
            Assert.False(Directory.Exists(folder.Cluster));

            var after = await folder.StartAsync();
            Assert.Equal(42, await DatabaseFolder.AskAsync<int>(after.OwnerConnectionString, "SELECT n FROM t"));
            await after.DisposeAsync();
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }

        Assert.Equal("folder_foreign", (await folder.FailToStartAsync()).Code);
    }

    [Fact]
    public async Task Erasing_refuses_a_database_in_use_and_removes_one_that_runs_for_nobody()
    {
        await using var folder = new DatabaseFolder();
        var server = await folder.StartAsync();
        var refused = await EmbeddedPostgresServer.EraseAsync(folder.Options, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal("busy", refused?.Code);
        Assert.Equal(1, await DatabaseFolder.AskAsync<int>(server.AppConnectionString, "SELECT 1"));

        await server.DisposeAsync();
        Assert.Null(await EmbeddedPostgresServer.EraseAsync(folder.Options, TimeProvider.System, TestContext.Current.CancellationToken));
        Assert.False(Directory.Exists(folder.Data));
    }
}
