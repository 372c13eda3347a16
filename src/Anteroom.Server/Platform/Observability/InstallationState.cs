namespace Anteroom.Server.Platform.Observability;

/// <summary>A node as its heartbeat tells.</summary>
public sealed record NodeState(string Name, string Version, DateTimeOffset StartedAt, DateTimeOffset SeenAt);

/// <summary>Work of one kind that is not done.</summary>
/// <param name="Waiting">How many are due or leased.</param>
/// <param name="Failing">How many of them have failed at least once.</param>
/// <param name="Oldest">Since when the oldest waits.</param>
public sealed record WorkState(string Kind, int Waiting, int Failing, DateTimeOffset? Oldest);

/// <param name="Version">PostgreSQL's own.</param>
/// <param name="Schema">Number of the last migration.</param>
/// <param name="Bytes">On disk.</param>
public sealed record DatabaseState(string Version, int Schema, long Bytes);

/// <summary>What the installation as a whole says of itself, for operators.</summary>
public sealed class InstallationState(Database.Database database)
{
    public Task<List<NodeState>> NodesAsync(CancellationToken ct) =>
        database.OutsideOrganizations.ListAsync<NodeState>(
            "SELECT name, version, started_at, seen_at FROM nodes ORDER BY name, started_at LIMIT 200",
            null,
            ct
        );

    public async Task<DatabaseState> DatabaseAsync(CancellationToken ct) =>
        (
            await database.OutsideOrganizations.FirstAsync<DatabaseState>(
                """
                SELECT current_setting('server_version') AS version, (SELECT max(number)::integer FROM schema_version) AS schema,
                       pg_database_size(current_database()) AS bytes
                """,
                null,
                ct
            )
        )!;

    /// <summary>Messages to the outside and jobs; recurring jobs count only while they fail.</summary>
    public Task<List<WorkState>> WorkAsync(CancellationToken ct) =>
        database.OutsideOrganizations.ListAsync<WorkState>(
            """
            SELECT kind, count(*)::integer AS waiting, (count(*) FILTER (WHERE attempts > 0))::integer AS failing, min(created_at) AS oldest
              FROM outbox WHERE done_at IS NULL GROUP BY kind
            UNION ALL
            SELECT kind, count(*)::integer, (count(*) FILTER (WHERE last_error IS NOT NULL))::integer, min(created_at)
              FROM jobs WHERE done_at IS NULL AND (every IS NULL OR last_error IS NOT NULL) GROUP BY kind
             ORDER BY kind LIMIT 200
            """,
            null,
            ct
        );
}
