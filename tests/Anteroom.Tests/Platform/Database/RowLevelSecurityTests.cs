using Anteroom.Harness;
using Dapper;
using Npgsql;

namespace Anteroom.Tests.Platform.Database;

/// <summary>Every table of an organization leads its key with the organization and forces row-level security (SEC-260).</summary>
public sealed class RowLevelSecurityTests : IAsyncLifetime
{
    /// <summary>The closed list of tables without it, each with its reason.</summary>
    private static readonly Dictionary<string, string> Exceptions = new()
    {
        ["schema_version"] = "Belongs to the schema, not to an organization; the application only reads it.",
        ["routes"] = "Asked before the organization is known; holds keys and ids, no data.",
        ["shared_sessions"] = "As routes: a provider's sign-out names a session there and no organization; holds a hash and ids.",
        ["jobs"] = "Workers lease across organizations and set the organization from the row; payloads hold ids.",
        ["outbox"] = "As jobs.",
        ["audit_retention"] = "One row for the whole installation, written by the owner alone.",
        ["nodes"] = "The nodes of the installation belong to no organization.",
    };

    private TestDatabase _database = null!;

    private sealed record Table(
        string Name,
        bool Enabled,
        bool Forced,
        bool IsPartition,
        string? FirstKeyColumn,
        long Policies,
        string Owner
    );

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    [Trait("Security", "SEC-260")]
    public async Task Every_table_is_protected_or_on_the_closed_list()
    {
        var tables = await TablesAsync();
        Assert.True(tables.Count > 30);
        foreach (var table in tables.Where(table => !table.IsPartition))
        {
            if (Exceptions.ContainsKey(table.Name))
                continue;
            Assert.True(table is { Enabled: true, Forced: true }, $"{table.Name} does not force row-level security.");
            Assert.True(table.FirstKeyColumn == "organization_id", $"{table.Name}: the key begins with {table.FirstKeyColumn}.");
            Assert.True(table.Policies > 0, $"{table.Name} has no policy.");
        }
        Assert.Empty(Exceptions.Keys.Except(tables.Select(table => table.Name)));
        // Partitions are reached through their parent's policies; the application may not touch them directly.
        await using var app = new NpgsqlConnection(_database.AppConnectionString);
        foreach (var partition in tables.Where(table => table.IsPartition))
            Assert.False(
                await app.ExecuteScalarAsync<bool>(
                    "SELECT has_table_privilege(@name, 'SELECT, INSERT, UPDATE, DELETE')",
                    new { name = partition.Name }
                )
            );
    }

    [Fact]
    [Trait("Security", "SEC-260")]
    public async Task Without_the_setting_every_protected_table_is_empty()
    {
        await using var app = new NpgsqlConnection(_database.AppConnectionString);
        foreach (var table in (await TablesAsync()).Where(table => !table.IsPartition && !Exceptions.ContainsKey(table.Name)))
        {
            // The platform's shared rows are readable by every organization, but not by nobody.
            var visible = await app.ExecuteScalarAsync<long>(
                $"SELECT count(*) FROM {table.Name} WHERE organization_id <> platform_organization()"
            );
            Assert.True(visible == 0, $"{table.Name} shows {visible} rows.");
        }
    }

    [Fact]
    [Trait("Security", "SEC-260")]
    public async Task The_application_owns_nothing_and_cannot_bypass()
    {
        await using var app = new NpgsqlConnection(_database.AppConnectionString);
        var role = await app.QuerySingleAsync<(bool Super, bool Bypass, bool CreateRole)>(
            "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        );
        Assert.Equal((false, false, false), role);
        Assert.Equal("anteroom_app", await app.ExecuteScalarAsync<string>("SELECT current_user"));
        Assert.All(await TablesAsync(), table => Assert.NotEqual("anteroom_app", table.Owner));
        Assert.False(await app.ExecuteScalarAsync<bool>("SELECT pg_has_role(current_user, 'anteroom_owner', 'MEMBER')"));
    }

    private async Task<List<Table>> TablesAsync()
    {
        await using var owner = new NpgsqlConnection(_database.OwnerConnectionString);
        return
        [
            .. (
                await owner.QueryAsync<Table>(
                    """
                    SELECT c.relname::text AS "Name", c.relrowsecurity AS "Enabled", c.relforcerowsecurity AS "Forced", c.relispartition AS "IsPartition",
                           (SELECT a.attname::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
                             WHERE i.indrelid = c.oid AND i.indisprimary) AS "FirstKeyColumn",
                           (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) AS "Policies",
                           pg_get_userbyid(c.relowner)::text AS "Owner"
                      FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY c.relname
                    """
                )
            ),
        ];
    }
}
