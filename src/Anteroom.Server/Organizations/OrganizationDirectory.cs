using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Caching;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Notifications;

namespace Anteroom.Server.Organizations;

/// <summary>Finds organizations for every request: from memory, until a notification says that one changed.</summary>
public sealed class OrganizationDirectory : IDisposable
{
    private const int Capacity = 20_000;
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(10);

    private readonly Database _database;
    private readonly Routes _routes;
    private readonly NotifiedCache<OrganizationId, Organization> _organizations;
    private readonly NotifiedCache<(string Kind, string Key), Route> _keys;
    private readonly IDisposable _subscription;

    public OrganizationDirectory(Database database, Routes routes, Notifications notifications, TimeProvider clock)
    {
        (_database, _routes) = (database, routes);
        _organizations = new(clock, Life, Capacity);
        _keys = new(clock, Life, Capacity);
        _subscription = notifications.Listen(OrganizationStore.Channel, Forget);
    }

    public ValueTask<Organization?> GetAsync(OrganizationId id, CancellationToken ct) =>
        _organizations.GetAsync(id, (key, token) => OrganizationStore.FindAsync(_database, key, token), ct);

    /// <summary>As the database has it now, for whoever must not take what a moment ago was true.</summary>
    public Task<Organization?> ReadAsync(OrganizationId id, CancellationToken ct) => OrganizationStore.FindAsync(_database, id, ct);

    public ValueTask<Organization?> FindBySlugAsync(string slug, CancellationToken ct) =>
        FindAsync(RouteKinds.Slug, slug.ToLowerInvariant(), ct);

    /// <summary>By the code as somebody typed it.</summary>
    public ValueTask<Organization?> FindByCompanyCodeAsync(string code, CancellationToken ct) =>
        FindAsync(RouteKinds.Code, CompanyCodes.Fold(code), ct);

    /// <summary>By the first label of an organization's host, or by company code: what <c>organization</c> in a request may hold.</summary>
    public async ValueTask<Organization?> FindBySlugOrCodeAsync(string text, CancellationToken ct) =>
        await FindBySlugAsync(text, ct) ?? await FindByCompanyCodeAsync(text, ct);

    public void Dispose() => _subscription.Dispose();

    private async ValueTask<Organization?> FindAsync(string kind, string key, CancellationToken ct)
    {
        var route = await _keys.GetAsync((kind, key), FirstAsync, ct);
        return route is null ? null : await GetAsync(route.Organization, ct);
    }

    private async Task<Route?> FirstAsync((string Kind, string Key) key, CancellationToken ct) =>
        await _routes.FindAsync(key.Kind, key.Key, ct) is [var first, ..] ? first : null;

    private void Forget(string payload)
    {
        _keys.Clear(); // A renewed code must die at once, and nobody renews often.
        if (OrganizationId.TryParse(payload, out var id))
            _organizations.Remove(id);
        else
            _organizations.Clear();
    }
}
