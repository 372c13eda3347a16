using Anteroom.Harness;
using Anteroom.Server.Platform;
using Npgsql;

namespace Anteroom.Tests.Platform.Database;

public sealed class DatabaseTests : IAsyncLifetime
{
    private static readonly OrganizationId Acme = new(Guid.Parse("0192f0c1-0000-7000-8000-0000000000aa"));
    private TestDatabase _test = null!;

    public async ValueTask InitializeAsync()
    {
        _test = await TestDatabase.CreateAsync();
        await using var transaction = await _test.Database.BeginAsync(OrganizationId.Platform, default);
        await transaction.ExecuteAsync(
            "INSERT INTO organizations (organization_id, slug, name, created_at) VALUES (@id, 'acme', 'Acme', @at)",
            new { id = Acme.Value, at = TimeProvider.System.GetUtcNow() },
            default
        );
        transaction.SwitchTo(Acme);
        await transaction.ExecuteAsync(
            "INSERT INTO custom_fields (organization_id, key, name, created_at) VALUES (@organization, 'costCenter', 'Cost centre', @at)",
            new { at = TimeProvider.System.GetUtcNow() },
            default
        );
        await transaction.CommitAsync(default);
    }

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    private sealed record Field(string Key, DateTimeOffset CreatedAt);

    [Fact]
    [Trait("Security", "SEC-260")]
    public async Task A_query_sees_its_own_organization_only()
    {
        const string sql = "SELECT key, created_at FROM custom_fields";
        Assert.Equal("costCenter", (await _test.Database.In(Acme).FirstAsync<Field>(sql, null, default))?.Key);
        Assert.Empty(await _test.Database.In(OrganizationId.Platform).ListAsync<Field>(sql, null, default));
        Assert.Empty(await _test.Database.OutsideOrganizations.ListAsync<Field>(sql, null, default));
    }

    [Fact] // refused by PostgreSQL in the middle of a batch, it left a connection that answered the next statement wrongly
    public async Task A_text_with_a_null_character_is_refused_before_anything_is_sent()
    {
        await using var source = NpgsqlDataSource.Create(_test.AppConnectionString + ";Maximum Pool Size=1");
        var database = new Server.Platform.Database.Database(source);
        const string one = "SELECT key FROM custom_fields WHERE organization_id = @organization AND key = @key";
        const string many = "SELECT key FROM custom_fields WHERE organization_id = @organization AND key = ANY (@keys)";
        for (var round = 0; round < 10; round++)
        {
            await Assert.ThrowsAsync<Server.Platform.Database.NullCharacterException>(() =>
                database.In(Acme).ListAsync<string>(one, new { key = "a\0b" }, default)
            );
            await Assert.ThrowsAsync<Server.Platform.Database.NullCharacterException>(() =>
                database.In(Acme).ListAsync<string>(many, new { keys = (string[])["a", "\0"] }, default)
            );
            Assert.Equal(["costCenter"], await database.In(Acme).ListAsync<string>(one, new { key = "costCenter" }, default));
        }
    }

    [Fact]
    public async Task A_pooled_connection_keeps_no_scope()
    {
        await using var source = NpgsqlDataSource.Create(_test.AppConnectionString + ";Maximum Pool Size=1");
        var database = new Server.Platform.Database.Database(source);
        await database.In(Acme).ListAsync<string>("SELECT key FROM custom_fields", null, default);
        Assert.Empty(await database.OutsideOrganizations.ListAsync<string>("SELECT key FROM custom_fields", null, default));
    }

    [Fact]
    [Trait("Security", "SEC-260")]
    public async Task A_row_for_another_organization_is_refused()
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() =>
            _test
                .Database.In(Acme)
                .ExecuteAsync(
                    "INSERT INTO custom_fields (organization_id, key, name, created_at) VALUES (platform_organization(), 'x', 'X', @at)",
                    new { at = TimeProvider.System.GetUtcNow() },
                    default
                )
        );
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Fact]
    public async Task A_transaction_that_is_not_committed_leaves_nothing()
    {
        await using (var transaction = await _test.Database.BeginAsync(Acme, default))
            await transaction.ExecuteAsync("DELETE FROM custom_fields WHERE organization_id = @organization", null, default);
        Assert.Single(await _test.Database.In(Acme).ListAsync<string>("SELECT key FROM custom_fields", null, default));
    }

    [Fact] // the database answers COMMIT with a rollback then, and without an error
    [Trait("Security", "SEC-340")]
    public async Task A_transaction_with_a_failed_statement_does_not_say_that_it_is_committed()
    {
        await using var transaction = await _test.Database.BeginAsync(Acme, default);
        await Assert.ThrowsAsync<PostgresException>(() => transaction.ExecuteAsync("SELECT 1 / 0", null, default));
        await Assert.ThrowsAsync<InvalidOperationException>(() => transaction.CommitAsync(default));
    }

    [Fact]
    [Trait("Security", "SEC-340")]
    public async Task What_waits_travels_with_the_commit_and_is_there_whole_or_not_at_all()
    {
        const string insert = "INSERT INTO custom_fields (organization_id, key, name, created_at) VALUES (@organization, @key, 'X', @at)";
        var at = TimeProvider.System.GetUtcNow();
        await using (var transaction = await _test.Database.BeginAsync(Acme, default))
        {
            var first = transaction.Later(insert, new { key = "room", at });
            transaction.Later(insert, new { key = "costCenter", at });
            Assert.Equal(-1, first.Rows);
            var taken = await Assert.ThrowsAsync<PostgresException>(() => transaction.CommitAsync(default));
            Assert.Equal(PostgresErrorCodes.UniqueViolation, taken.SqlState);
        }
        Assert.Equal(["costCenter"], await KeysAsync());

        await using (var transaction = await _test.Database.BeginAsync(Acme, default))
        {
            var written = transaction.Later(insert, new { key = "room", at });
            await transaction.CommitAsync(default);
            Assert.Equal(1, written.Rows);
        }
        Assert.Equal(["costCenter", "room"], await KeysAsync());

        Task<List<string>> KeysAsync() =>
            _test.Database.In(Acme).ListAsync<string>("SELECT key FROM custom_fields ORDER BY key", null, default);
    }
}
