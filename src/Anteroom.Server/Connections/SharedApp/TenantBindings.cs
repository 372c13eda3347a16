using Anteroom.Server.Audit;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Caching;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Notifications;

namespace Anteroom.Server.Connections.SharedApp;

/// <summary>Reads which tenants are bound to an organization: from memory for sign-ins, until a notification says that it changed.</summary>
public sealed class TenantBindings : IDisposable
{
    /// <summary>Announces a change; the payload is the organization's id.</summary>
    internal const string Channel = "tenant_binding_changed";

    internal const int Most = 50;
    private const int Capacity = 20_000;

    private readonly Database _database;
    private readonly NotifiedCache<OrganizationId, IReadOnlyList<TenantBinding>> _bound;
    private readonly IDisposable _subscription;

    public TenantBindings(Database database, Notifications notifications, TimeProvider clock)
    {
        _database = database;
        _bound = new(clock, TimeSpan.FromSeconds(10), Capacity);
        _subscription = notifications.Listen(Channel, Forget);
    }

    /// <summary>As they are now, oldest first.</summary>
    public async Task<IReadOnlyList<TenantBinding>> ListAsync(OrganizationId organization, CancellationToken ct)
    {
        var rows = await _database
            .In(organization)
            .ListAsync<Row>(
                $"""
                SELECT binding_id, cloud, tenant_id, kind, domain, bound_by, {AuditNames.Of("bound_by")} AS by_name, bound_at
                  FROM tenant_bindings WHERE organization_id = @organization
                 ORDER BY bound_at, binding_id LIMIT {Most}
                """,
                null,
                ct
            );
        return rows.ConvertAll(row => row.ToBinding());
    }

    /// <summary>The ids of the tenants whose people may come in, in one cloud.</summary>
    public async Task<IReadOnlyList<Guid>> TenantsAsync(OrganizationId organization, string cloud, CancellationToken ct) =>
        [
            .. (await _bound.GetAsync(organization, async (id, token) => await ListAsync(id, token), ct))!
                .Where(binding => binding.Cloud == cloud)
                .Select(binding => binding.TenantId),
        ];

    public void Dispose() => _subscription.Dispose();

    internal static string Word(TenantBindingKind kind) =>
        kind switch
        {
            TenantBindingKind.Operator => "operator",
            TenantBindingKind.Administrator => "administrator",
            _ => "verifiedDomain",
        };

    /// <summary>This node knows at once; the others are told with the commit.</summary>
    internal void Forget(OrganizationId organization) => _bound.Remove(organization);

    private void Forget(string payload)
    {
        if (OrganizationId.TryParse(payload, out var organization))
            _bound.Remove(organization);
        else
            _bound.Clear();
    }

    private sealed record Row(
        Guid BindingId,
        string Cloud,
        Guid TenantId,
        string Kind,
        string? Domain,
        Guid? BoundBy,
        string? ByName,
        DateTimeOffset BoundAt
    )
    {
        public TenantBinding ToBinding() =>
            new(new(BindingId), Cloud, TenantId, Enum.Parse<TenantBindingKind>(Kind, ignoreCase: true), Domain, BoundBy, ByName, BoundAt);
    }
}
