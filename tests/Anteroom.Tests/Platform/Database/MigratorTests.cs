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
