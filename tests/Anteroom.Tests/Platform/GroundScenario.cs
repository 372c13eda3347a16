using Anteroom.Harness;
using Anteroom.Server.Audit;
using Anteroom.Server.Platform;
using Npgsql;

namespace Anteroom.Tests.Platform;

/// <summary>A clock that a test turns by hand; its timers run by the real one.</summary>
public sealed class TestClock : TimeProvider
{
    private DateTimeOffset _now = System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan by) => _now += by;

    public void Set(DateTimeOffset now) => _now = now;
}

/// <summary>A migrated database with two organizations, and what the ground's types need.</summary>
public sealed class GroundScenario : IAsyncDisposable
{
    private readonly TestDatabase _test;

    private GroundScenario(TestDatabase test)
    {
        _test = test;
        Fresh = new(Clock);
        Limiter = new();
        Audit = new(Database, Limiter, Fresh, Clock);
    }

    public static OrganizationId Acme { get; } = new(Guid.Parse("0192f0c1-0000-7000-8000-0000000000aa"));

    public static OrganizationId Globex { get; } = new(Guid.Parse("0192f0c1-0000-7000-8000-0000000000bb"));

    public static AuditContext Context { get; } =
        new(new Actor(ActorKind.User, Guid.Parse("0192f0c1-0000-7000-8000-000000000001"), "Ada"), "192.0.2.0/24", null, "c-1");

    public TestClock Clock { get; } = new();

    public Server.Platform.Database.Database Database => _test.Database;

    public NpgsqlDataSource Source => _test.Source;

    public string AppConnectionString => _test.AppConnectionString;

    public FreshRows Fresh { get; }

    public RefusalLimiter Limiter { get; }

    public AuditTrail Audit { get; }

    public static async Task<GroundScenario> CreateAsync()
    {
        var scenario = new GroundScenario(await TestDatabase.CreateAsync());
        await using var tx = await scenario.Database.BeginAsync(OrganizationId.Platform, default);
        foreach (var (id, slug) in new[] { (Acme, "acme"), (Globex, "globex") })
            await tx.ExecuteAsync(
                """
                WITH made AS (INSERT INTO organizations (organization_id, slug, name, created_at) VALUES (@id, @slug, @slug, @at))
                INSERT INTO routes (kind, key, organization_id) VALUES ('slug', @slug, @id)
                """,
                new
                {
                    id = id.Value,
                    slug,
                    at = scenario.Clock.GetUtcNow(),
                },
                default
            );
        await tx.CommitAsync(default);
        return scenario;
    }

    /// <summary>Writes one audit row.</summary>
    public async Task RecordAsync(OrganizationId organization, AuditEntry entry)
    {
        await using var tx = await Database.BeginAsync(organization, default);
        await Audit.RecordAsync(tx, Context, entry, default);
        await tx.CommitAsync(default);
    }

    /// <summary>What only somebody with the owner's rights can do.</summary>
    public async Task<int> AsOwnerAsync(OrganizationId organization, string sql)
    {
        await using var owner = new NpgsqlConnection(_test.OwnerConnectionString);
        await owner.OpenAsync();
        await using var transaction = await owner.BeginTransactionAsync();
        await using var scope = new NpgsqlCommand("SELECT set_config('app.organization', @org, true)", owner);
        scope.Parameters.AddWithValue("org", organization.Value.ToString("D"));
        await scope.ExecuteNonQueryAsync();
        await using var command = new NpgsqlCommand(sql, owner);
        var changed = await command.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
        return changed;
    }

    /// <summary>Waits until something is so; transactions of other test databases on the same server may delay it.</summary>
    public static Task EventuallyAsync(Func<Task<bool>> condition, string what) =>
        Poll.UntilAsync(what, TimeSpan.FromSeconds(30), condition);

    public ValueTask DisposeAsync() => _test.DisposeAsync();
}
