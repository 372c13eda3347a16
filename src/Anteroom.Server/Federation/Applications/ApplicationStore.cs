using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Caching;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Notifications;

namespace Anteroom.Server.Federation.Applications;

/// <summary>Registered applications, read from memory until another node tells of a change.</summary>
/// <remarks>Whoever gives something away on the strength of an application asks the database again in the same statement (SEC-094).</remarks>
public sealed class ApplicationStore : IDisposable
{
    /// <summary>Told to all nodes with the client_id of an application that changed.</summary>
    public const string Channel = "applications";

    public const int MaxPage = 200;

    private const int MaxCached = 10_000;
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(10);

    private readonly Database _database;
    private readonly NotifiedCache<string, Application> _cache;
    private readonly IDisposable _subscription;

    public ApplicationStore(Database database, Notifications notifications, TimeProvider clock)
    {
        _database = database;
        _cache = new(clock, Freshness, MaxCached);
        _subscription = notifications.Listen(Channel, Forget);
    }

    /// <summary>The application of a client_id, whosoever's it is; null where there is none.</summary>
    public ValueTask<Application?> FindByClientIdAsync(string clientId, CancellationToken ct) =>
        clientId.Length is 0 or > 128 ? new((Application?)null) : _cache.GetAsync(clientId, ReadAsync, ct);

    /// <summary>An application of that organization, straight from the database.</summary>
    public Task<Application?> FindAsync(OrganizationId organization, ApplicationId id, CancellationToken ct) =>
        FirstAsync(organization, "application_id = @id", new { id = id.Value }, ct);

    /// <summary>One page in order of creation; the platform's own are not among an organization's.</summary>
    public async Task<IReadOnlyList<Application>> ListAsync(
        OrganizationId organization,
        ApplicationId? after,
        int limit,
        CancellationToken ct
    )
    {
        var scope = _database.In(organization);
        var rows = await scope.ListAsync<ApplicationRow>(
            $"""
            SELECT {ApplicationRow.Columns} FROM applications
             WHERE organization_id = @organization AND protocol = 'oidc' AND application_id > @after
             ORDER BY application_id
             LIMIT @limit
            """,
            new { after = after?.Value ?? Guid.Empty, limit = Math.Clamp(limit, 1, MaxPage) },
            ct
        );
        var secrets = await scope.ListAsync<ApplicationSecretRow>(
            $"""
            SELECT {ApplicationSecretRow.Columns} FROM application_secrets
             WHERE organization_id = @organization AND application_id = ANY (@ids)
             ORDER BY created_at, secret_id
            """,
            new { ids = rows.Select(row => row.ApplicationId).ToArray() },
            ct
        );
        var byApplication = secrets.ToLookup(row => row.ApplicationId);
        return [.. rows.Select(row => row.ToApplication([.. byApplication[row.ApplicationId].Select(secret => secret.ToSecret())]))];
    }

    /// <summary>Applications whose name or client_id holds what is searched for, by name; their secrets are not read.</summary>
    public async Task<IReadOnlyList<Application>> SearchAsync(
        OrganizationId organization,
        SearchText search,
        int limit,
        CancellationToken ct
    )
    {
        var rows = await _database
            .In(organization)
            .ListAsync<ApplicationRow>(
                $"""
                SELECT {ApplicationRow.Columns} FROM applications
                 WHERE organization_id = @organization AND protocol = 'oidc' AND (lower(name) LIKE @pattern OR lower(client_id) LIKE @pattern)
                 ORDER BY name, application_id LIMIT @limit
                """,
                new { pattern = search.Anywhere, limit = Math.Clamp(limit, 1, MaxPage) },
                ct
            );
        return rows.ConvertAll(row => row.ToApplication([]));
    }

    /// <summary>Whether some application's scripts run at that web origin: all that a preflight can ask, for it names no client (SEC-011).</summary>
    public async Task<bool> IsRegisteredOriginAsync(string origin, CancellationToken ct) =>
        origin.Length <= 320
        && await _database.OutsideOrganizations.FirstAsync<bool>(
            "SELECT EXISTS (SELECT FROM routes WHERE kind = 'origin' AND key = @origin)",
            new { origin },
            ct
        );

    private async Task<Application?> ReadAsync(string clientId, CancellationToken ct)
    {
        var organization = await _database.OutsideOrganizations.FirstAsync<Guid?>(
            "SELECT organization_id FROM routes WHERE kind = 'client' AND key = @clientId",
            new { clientId },
            ct
        );
        return organization is { } id ? await FirstAsync(new(id), "client_id = @clientId", new { clientId }, ct) : null;
    }

    private async Task<Application?> FirstAsync(OrganizationId organization, string condition, object args, CancellationToken ct)
    {
        var scope = _database.In(organization);
        var row = await scope.FirstAsync<ApplicationRow>(
            $"SELECT {ApplicationRow.Columns} FROM applications WHERE organization_id = @organization AND protocol = 'oidc' AND {condition}",
            args,
            ct
        );
        if (row is null)
            return null;
        var secrets = await scope.ListAsync<ApplicationSecretRow>(
            $"""
            SELECT {ApplicationSecretRow.Columns} FROM application_secrets
             WHERE organization_id = @organization AND application_id = @id
             ORDER BY created_at, secret_id
            """,
            new { id = row.ApplicationId },
            ct
        );
        return row.ToApplication(secrets.ConvertAll(secret => secret.ToSecret()));
    }

    private void Forget(string clientId)
    {
        if (clientId.Length == 0)
            _cache.Clear();
        else
            _cache.Remove(clientId);
    }

    public void Dispose() => _subscription.Dispose();
}
