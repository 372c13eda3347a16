using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.EmbeddedPostgres;
using Npgsql;

namespace Anteroom.Server.Hosting;

/// <summary>The database that the configuration names, or the private one in the data folder; migrated, or checked where we may not migrate.</summary>
public sealed class ServerDatabase : IAsyncDisposable
{
    // A database that does not answer must show within two seconds (SEC-346). Connections go back to the pool without seven statements
    // that reset a session: none of ours changes one, every setting and lock belongs to a transaction (SourceRulesTests).
    private const string Pooling = ";Max Auto Prepare=200;Auto Prepare Min Usages=2;No Reset On Close=true;Timeout=2";

    private readonly EmbeddedPostgres? _embedded;

    private ServerDatabase(EmbeddedPostgres? embedded, NpgsqlDataSource app, string? ownerConnectionString) =>
        (_embedded, App, OwnerConnectionString) = (embedded, app, ownerConnectionString);

    /// <summary>Connections as <c>anteroom_app</c>: all that the running server uses.</summary>
    public NpgsqlDataSource App { get; }

    /// <summary>As <c>anteroom_owner</c>, where it is known: for migrations.</summary>
    public string? OwnerConnectionString { get; }

    public static async Task<Result<ServerDatabase, StartFailure>> OpenAsync(
        IConfiguration configuration,
        AnteroomOptions options,
        TimeProvider clock,
        ILogger log,
        CancellationToken ct
    )
    {
        if (configuration.GetConnectionString("Anteroom") is not { Length: > 0 } app)
            return await OpenEmbeddedAsync(options, clock, log, ct);

        var owner = configuration.GetConnectionString("AnteroomOwner");
        return await OpenAsync(null, app, owner, options, clock, ct);
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        if (_embedded is not null)
            await _embedded.DisposeAsync();
    }

    private static async Task<Result<ServerDatabase, StartFailure>> OpenEmbeddedAsync(
        AnteroomOptions options,
        TimeProvider clock,
        ILogger log,
        CancellationToken ct
    )
    {
        var folder = Path.GetFullPath(Path.Combine(options.DataFolder, "database"));
        var started = await EmbeddedPostgres.StartAsync(new() { DataFolder = folder, Log = log }, clock, ct);
        if (!started.TryGet(out var embedded, out var failure))
            return new StartFailure(failure.Sentence);

        var opened = await OpenAsync(embedded, embedded.AppConnectionString, embedded.OwnerConnectionString, options, clock, ct);
        if (!opened.TryGet(out _, out _))
            await embedded.DisposeAsync();
        return opened;
    }

    private static async Task<Result<ServerDatabase, StartFailure>> OpenAsync(
        EmbeddedPostgres? embedded,
        string app,
        string? owner,
        AnteroomOptions options,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        try
        {
            var source = Pool.Of(app + Pooling);
            if (await PrepareAsync(source, owner, options, clock, ct) is not { } failure)
                return new ServerDatabase(embedded, source, owner);
            await source.DisposeAsync();
            return failure;
        }
        catch (ArgumentException)
        {
            return new StartFailure("ConnectionStrings:Anteroom is not a connection string for PostgreSQL.");
        }
        catch (NpgsqlException e)
        {
            return new StartFailure(
                e is PostgresException refused
                    ? $"The database refuses the connection (ConnectionStrings:Anteroom): {refused.MessageText}."
                    : "The database cannot be reached (ConnectionStrings:Anteroom). Check its address and that it runs."
            );
        }
    }

    private static async Task<StartFailure?> PrepareAsync(
        NpgsqlDataSource app,
        string? owner,
        AnteroomOptions options,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        if (owner is null)
            return await Migrator.CheckAsync(app, ct) is { } unfit ? new(unfit.Sentence) : null;

        await using var source = Pool.Of(owner);
        var migrated = await new Migrator(source, clock).MigrateAsync(ct);
        if (!migrated.TryGet(out _, out var failure))
            return new(failure.Sentence);
        await using var retention = source.CreateCommand("UPDATE audit_retention SET days = $1 WHERE days <> $1");
        retention.Parameters.Add(new() { Value = options.AuditRetentionDays });
        await retention.ExecuteNonQueryAsync(ct);
        return null;
    }
}
