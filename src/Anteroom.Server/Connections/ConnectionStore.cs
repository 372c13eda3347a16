using System.Text;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Keys.Vault;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Caching;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Notifications;

namespace Anteroom.Server.Connections;

/// <summary>Reads connections: from memory for sign-ins, until a notification says that one changed, and from the database for changes.</summary>
public sealed class ConnectionStore : IDisposable
{
    /// <summary>Announces a change; the payload is the organization's id.</summary>
    public const string Channel = "connection_changed";

    private const int Capacity = 20_000;
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(10);

    internal const string Select = """
        SELECT c.connection_id, c.key, c.name, c.kind, c.state, c.revision, c.version, c.created_at,
               r.settings::text AS settings, r.secret_last4,
               (SELECT max(s.created_at) FROM connection_revisions s
                 WHERE s.organization_id = c.organization_id AND s.connection_id = c.connection_id AND s.revision <= c.revision
                   AND s.secret_last4 IS NOT NULL AND s.client_secret IS DISTINCT FROM
                       (SELECT p.client_secret FROM connection_revisions p WHERE p.organization_id = s.organization_id
                           AND p.connection_id = s.connection_id AND p.revision = s.revision - 1)) AS secret_at
          FROM connections c
          JOIN connection_revisions r USING (organization_id, connection_id, revision)
         WHERE c.organization_id = @organization
        """;

    private readonly Database _database;
    private readonly Routes _routes;
    private readonly Vault _vault;
    private readonly NotifiedCache<OrganizationId, IReadOnlyList<Connection>> _active;
    private readonly NotifiedCache<string, Connection> _byKey;
    private readonly NotifiedCache<(ConnectionId, int Revision), byte[]> _secrets; // sealed, as the database keeps them
    private readonly IDisposable _subscription;

    public ConnectionStore(Database database, Routes routes, Vault vault, Notifications notifications, TimeProvider clock)
    {
        (_database, _routes, _vault) = (database, routes, vault);
        _active = new(clock, Life, Capacity);
        _byKey = new(clock, Life, Capacity);
        _secrets = new(clock, Life, Capacity);
        _subscription = notifications.Listen(Channel, Forget);
    }

    /// <summary>By the key of a callback's address.</summary>
    public async Task<Connection?> FindByKeyAsync(string key, CancellationToken ct) =>
        ConnectionKeys.IsPossible(key) ? await _byKey.GetAsync(key, ReadByKeyAsync, ct) : null;

    public async Task<Connection?> FindAsync(OrganizationId organization, ConnectionId id, CancellationToken ct)
    {
        var row = await _database.In(organization).FirstAsync<Row>($"{Select} AND c.connection_id = @id", new { id = id.Value }, ct);
        return row?.ToConnection(organization);
    }

    /// <summary>For an answer to what was sent at a revision: from memory where that is at least as new, else as it is now.</summary>
    public async Task<Connection?> FindAtAsync(OrganizationId organization, ConnectionId id, int revision, CancellationToken ct) =>
        (await ListActiveAsync(organization, ct)).FirstOrDefault(active => active.Id == id && active.Revision >= revision)
        ?? await FindAsync(organization, id, ct);

    /// <summary>What a person of this organization can choose from, by name.</summary>
    public async Task<IReadOnlyList<Connection>> ListActiveAsync(OrganizationId organization, CancellationToken ct) =>
        await _active.GetAsync(organization, ReadActiveAsync, ct) ?? [];

    public async Task<IReadOnlyList<Connection>> ListAsync(OrganizationId organization, CancellationToken ct)
    {
        var rows = await _database.In(organization).ListAsync<Row>($"{Select} ORDER BY c.created_at, c.connection_id LIMIT 200", null, ct);
        return rows.ConvertAll(row => row.ToConnection(organization));
    }

    /// <summary>The client secret of exactly this revision, or null where it has none.</summary>
    public async Task<Secret?> ClientSecretAsync(Connection connection, CancellationToken ct)
    {
        var box = await _secrets.GetAsync(
            (connection.Id, connection.Revision),
            (_, token) =>
                _database
                    .In(connection.Organization)
                    .FirstAsync<byte[]>(
                        """
                        SELECT client_secret FROM connection_revisions
                         WHERE organization_id = @organization AND connection_id = @id AND revision = @revision AND client_secret IS NOT NULL
                        """,
                        new { id = connection.Id.Value, revision = connection.Revision },
                        token
                    ),
            ct
        );
        if (box is null)
            return null;
        var plain = await _vault.UnsealAsync(connection.Organization, SecretField(connection.Id), box, ct);
        return new Secret(Encoding.UTF8.GetString(plain));
    }

    public void Dispose() => _subscription.Dispose();

    // Bound to the connection, not to the revision: a revision that keeps the secret keeps its bytes.
    internal static Field SecretField(ConnectionId id) => new("connection_revisions", id.ToString(), "client_secret");

    internal static async Task<Connection?> LockAsync(Transaction tx, ConnectionId id, CancellationToken ct)
    {
        var row = await tx.FirstAsync<Row>($"{Select} AND c.connection_id = @id FOR UPDATE OF c", new { id = id.Value }, ct);
        return row?.ToConnection(tx.Organization);
    }

    internal static Task AnnounceAsync(Transaction tx, CancellationToken ct) => tx.NotifyAsync(Channel, tx.Organization.ToString(), ct);

    private async Task<Connection?> ReadByKeyAsync(string key, CancellationToken ct) =>
        await _routes.FindAsync(RouteKinds.Connection, key, ct) is [{ Target: { } target } route]
            ? await FindAsync(route.Organization, new(target), ct)
            : null;

    private async Task<IReadOnlyList<Connection>?> ReadActiveAsync(OrganizationId organization, CancellationToken ct)
    {
        var rows = await _database
            .In(organization)
            .ListAsync<Row>($"{Select} AND c.state = 'active' ORDER BY c.name, c.connection_id LIMIT 50", null, ct);
        return rows.ConvertAll(row => row.ToConnection(organization));
    }

    private void Forget(string payload)
    {
        _byKey.Clear();
        _secrets.Clear();
        if (OrganizationId.TryParse(payload, out var id))
            _active.Remove(id);
        else
            _active.Clear();
    }

    private sealed record Row(
        Guid ConnectionId,
        string Key,
        string Name,
        string Kind,
        string State,
        int Revision,
        long Version,
        DateTimeOffset CreatedAt,
        string Settings,
        string? SecretLast4,
        DateTimeOffset? SecretAt
    )
    {
        public Connection ToConnection(OrganizationId organization) =>
            new(
                organization,
                new(ConnectionId),
                Key,
                Name,
                Enum.Parse<ConnectionKind>(Kind, ignoreCase: true),
                Enum.Parse<ConnectionState>(State, ignoreCase: true),
                Revision,
                Version,
                ConnectionJson.Read(Settings),
                SecretLast4,
                SecretAt,
                CreatedAt
            );
    }
}
