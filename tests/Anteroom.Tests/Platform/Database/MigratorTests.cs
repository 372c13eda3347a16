using Anteroom.Harness;
using Anteroom.Server.Platform.Database;
using Npgsql;

namespace Anteroom.Tests.Platform.Database;

public sealed class MigratorTests : IAsyncLifetime
{
    private TestDatabase _test = null!;
    private NpgsqlDataSource _owner = null!;

    public async ValueTask InitializeAsync()
    {
        _test = await TestDatabase.CreateAsync(migrated: false);
        _owner = NpgsqlDataSource.Create(_test.OwnerConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await _owner.DisposeAsync();
        await _test.DisposeAsync();
    }

    [Fact]
    [Trait("Security", "SEC-345")]
    public async Task Four_runners_at_once_apply_each_file_once()
    {
        var states = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => MigrateAsync()));
        Assert.All(states, state => Assert.Equal(Migrator.Newest, state.Version));
        Assert.Equal(Migrator.Newest, states.Sum(state => state.Applied));
    }

    [Fact]
    [Trait("Security", "SEC-345")]
    public async Task A_schema_newer_than_the_program_is_refused()
    {
        await MigrateAsync();
        await ExecuteAsync(
            $"INSERT INTO schema_version VALUES ({Migrator.Newest + 1}, 'later', 'x', {Migrator.Newest + 1}, clock_timestamp())"
        );
        Assert.Contains("newer", (await FailAsync()).Sentence, StringComparison.Ordinal);
        Assert.Contains("newer", (await Migrator.CheckAsync(_test.Source, default))!.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Security", "SEC-345")]
    public async Task A_newer_schema_that_says_it_is_compatible_is_served()
    {
        await MigrateAsync();
        await ExecuteAsync(
            $"INSERT INTO schema_version VALUES ({Migrator.Newest + 1}, 'later', 'x', {Migrator.Newest}, clock_timestamp())"
        );
        Assert.Null(await Migrator.CheckAsync(_test.Source, default));
        Assert.Equal(0, (await MigrateAsync()).Applied);
    }

    [Fact]
    public async Task A_changed_file_is_refused()
    {
        await MigrateAsync();
        await ExecuteAsync("UPDATE schema_version SET checksum = 'other' WHERE number = 1");
        Assert.Contains("differs", (await FailAsync()).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_database_is_not_served()
    {
        Assert.Contains("migrate", (await Migrator.CheckAsync(_test.Source, default))!.Sentence, StringComparison.Ordinal);
        await MigrateAsync();
        Assert.Null(await Migrator.CheckAsync(_test.Source, default));
    }

    [Fact]
    public async Task The_ends_of_certificates_that_were_there_before_are_filled_in()
    {
        await MigrateAsync();
        await ExecuteAsync(
            """
            DROP TABLE credential_ends;
            ALTER TABLE shared_registrations DROP COLUMN secret_expires_on;
            DELETE FROM schema_version WHERE number >= 19;
            SELECT set_config('app.organization', platform_organization()::text, false);
            INSERT INTO organizations (organization_id, slug, name, created_at)
            VALUES ('11111111-1111-7111-8111-111111111111', 'contoso', 'Contoso', clock_timestamp());
            SELECT set_config('app.organization', '11111111-1111-7111-8111-111111111111', false);
            INSERT INTO connections (organization_id, connection_id, key, name, kind, state, revision, created_at)
            SELECT current_organization(), id::uuid, 'key' || name, name, 'entra', state, 1, clock_timestamp()
              FROM (VALUES ('22222222-2222-7222-8222-222222222222', 'one', 'active'),
                           ('33333333-3333-7333-8333-333333333333', 'two', 'disabled'),
                           ('44444444-4444-7444-8444-444444444444', 'three', 'active')) AS v (id, name, state);
            INSERT INTO connection_revisions (organization_id, connection_id, revision, settings, created_at, created_by)
            SELECT current_organization(), connection_id, 1,
                   CASE name WHEN 'three' THEN '{"certificate":null}'
                             ELSE '{"certificate":{"thumbprint":"x","endsAt":"2028-03-01T23:30:00+00:00"}}' END::jsonb,
                   clock_timestamp(), connection_id
              FROM connections;
            INSERT INTO routes (kind, key, organization_id, target)
            SELECT 'connection', key, organization_id, connection_id FROM connections
            """
        );
        Assert.True((await MigrateAsync()).Applied >= 1);
        await using var reader = _owner.CreateCommand(
            """
            SELECT set_config('app.organization', platform_organization()::text, false);
            SELECT string_agg(connection_id || ' ' || ends_on, ', ') FROM credential_ends
            """
        );
        await using var rows = await reader.ExecuteReaderAsync();
        await rows.NextResultAsync();
        Assert.True(await rows.ReadAsync());
        Assert.Equal("22222222-2222-7222-8222-222222222222 2028-03-01", rows.GetString(0));
    }

    private async Task<SchemaState> MigrateAsync()
    {
        var result = await new Migrator(_owner, TimeProvider.System).MigrateAsync(default);
        Assert.True(result.TryGet(out var state, out var failure), failure?.Sentence);
        return state;
    }

    private async Task<MigrationFailure> FailAsync()
    {
        var result = await new Migrator(_owner, TimeProvider.System).MigrateAsync(default);
        Assert.False(result.TryGet(out _, out var failure));
        return failure!;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
