using System.Collections.Concurrent;

namespace Anteroom.Server.Platform.Web;

/// <summary>Which labels are hosts of organizations: read from the routes, remembered briefly, so that a flood of invented labels costs little.</summary>
internal sealed class KnownHosts : IDisposable
{
    /// <summary>Announces that a host came or went; every node asks again.</summary>
    public const string Channel = "host_changed";

    private const int MaxKnown = 20_000; // SEC-365
    private static readonly TimeSpan KnownFor = TimeSpan.FromSeconds(30);

    private readonly Database.Database _database;
    private readonly TimeProvider _clock;
    private readonly IDisposable _subscription;
    private readonly ConcurrentDictionary<string, (OrganizationId? Organization, DateTimeOffset Until)> _known = new(
        StringComparer.Ordinal
    );

    public KnownHosts(Database.Database database, Notifications.Notifications notifications, TimeProvider clock)
    {
        (_database, _clock) = (database, clock);
        _subscription = notifications.Listen(Channel, _ => _known.Clear());
    }

    public async ValueTask<OrganizationId?> FindAsync(string label, CancellationToken ct)
    {
        var now = _clock.GetUtcNow();
        if (_known.TryGetValue(label, out var known) && now < known.Until)
            return known.Organization;

        var rows = await _database.OutsideOrganizations.ListAsync<Guid>(
            "SELECT organization_id FROM routes WHERE kind = 'host' AND key = @label",
            new { label },
            ct
        );
        OrganizationId? found = rows.Count == 1 ? new(rows[0]) : null;
        if (_known.Count >= MaxKnown)
            _known.Clear();
        _known[label] = (found, now + KnownFor);
        return found;
    }

    public void Dispose() => _subscription.Dispose();
}
