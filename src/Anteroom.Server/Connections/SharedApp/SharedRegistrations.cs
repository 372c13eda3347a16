using System.Text;
using Anteroom.Entra.Requests;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Keys.Vault;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Caching;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Notifications;

namespace Anteroom.Server.Connections.SharedApp;

/// <summary>Reads the platform's app registrations: from memory for sign-ins, until a notification says that one changed.</summary>
public sealed class SharedRegistrations : IDisposable
{
    internal const string Channel = "shared_registration_changed";
    internal const int Most = 50;

    internal const string Select = """
        SELECT registration_id, cloud, name, client_id, client_secret, secret_last4, secret_at, secret_expires_on, state, version, created_at
          FROM shared_registrations WHERE organization_id = @organization
        """;

    private readonly Database _database;
    private readonly Vault _vault;
    private readonly NotifiedCache<string, IReadOnlyList<Row>> _all;
    private readonly IDisposable _subscription;

    public SharedRegistrations(Database database, Vault vault, Notifications notifications, TimeProvider clock)
    {
        (_database, _vault) = (database, vault);
        _all = new(clock, TimeSpan.FromSeconds(10), capacity: 1);
        _subscription = notifications.Listen(Channel, _ => Forget());
    }

    /// <summary>As they are now, oldest first.</summary>
    public async Task<IReadOnlyList<SharedRegistration>> ListAsync(CancellationToken ct) =>
        [.. (await ReadAsync("", ct))!.Select(row => row.ToRegistration())];

    public async Task<SharedRegistration?> FindAsync(SharedRegistrationId id, CancellationToken ct) =>
        (await ListAsync(ct)).FirstOrDefault(registration => registration.Id == id);

    /// <summary>The clouds in which one of them serves.</summary>
    public static IReadOnlyList<CloudEntry> Served(IReadOnlyList<SharedRegistration> all, IReadOnlyList<CloudEntry> clouds) =>
        [.. clouds.IntersectBy(all.Where(one => one.IsActive).Select(one => one.Cloud), entry => entry.Cloud.Key)];

    /// <summary>The one that serves a cloud now, or null.</summary>
    public async Task<SharedRegistration?> ActiveAsync(string cloud, CancellationToken ct) =>
        (await ActiveRowAsync(cloud, ct))?.ToRegistration();

    /// <summary>Our client by the registration that serves a cloud, with its secret; null where there is none.</summary>
    public async Task<UpstreamClient?> ClientAsync(string cloud, CancellationToken ct)
    {
        if (await ActiveRowAsync(cloud, ct) is not { } row)
            return null;
        var registration = row.ToRegistration();
        var plain = await _vault.UnsealAsync(OrganizationId.Platform, SecretField(registration.Id), row.ClientSecret, ct);
        return new(registration.ClientId, new Secret(Encoding.UTF8.GetString(plain)));
    }

    public void Dispose() => _subscription.Dispose();

    internal static Field SecretField(SharedRegistrationId id) => new("shared_registrations", id.ToString(), "client_secret");

    internal static async Task<SharedRegistration?> LockAsync(Transaction tx, SharedRegistrationId id, CancellationToken ct) =>
        (await tx.FirstAsync<Row>($"{Select} AND registration_id = @id FOR UPDATE", new { id = id.Value }, ct))?.ToRegistration();

    /// <summary>This node knows at once; the others are told with the commit.</summary>
    internal void Forget() => _all.Clear();

    private async Task<Row?> ActiveRowAsync(string cloud, CancellationToken ct) =>
        (await _all.GetAsync("", ReadAsync, ct))!.FirstOrDefault(row => row.Cloud == cloud && row.IsActive);

    private async Task<IReadOnlyList<Row>?> ReadAsync(string all, CancellationToken ct) =>
        await _database.In(OrganizationId.Platform).ListAsync<Row>($"{Select} ORDER BY created_at, registration_id LIMIT {Most}", null, ct);

    private sealed record Row(
        Guid RegistrationId,
        string Cloud,
        string Name,
        Guid ClientId,
        byte[] ClientSecret,
        string SecretLast4,
        DateTimeOffset SecretAt,
        DateOnly? SecretExpiresOn,
        string State,
        long Version,
        DateTimeOffset CreatedAt
    )
    {
        public bool IsActive => State == "active";

        public SharedRegistration ToRegistration() =>
            new(
                new(RegistrationId),
                Cloud,
                Name,
                ClientId.ToString("D"),
                SecretLast4,
                SecretAt,
                SecretExpiresOn,
                IsActive ? SharedRegistrationState.Active : SharedRegistrationState.Disabled,
                Version,
                CreatedAt
            );
    }
}
