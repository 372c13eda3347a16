using Anteroom.Entra.Providers;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Caching;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Notifications;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Connections;

/// <summary>The Entra clouds: three are built in, operators add others (the emulator is one).</summary>
public sealed class CloudStore : IDisposable
{
    private const string Channel = "cloud_changed";
    private const int LongestCertificates = 32 * 1024;
    private const int MostClouds = 50;

    private readonly Database _database;
    private readonly AuditTrail _audit;
    private readonly TimeProvider _clock;
    private readonly NotifiedCache<string, IReadOnlyList<CloudEntry>> _all;
    private readonly IDisposable _subscription;

    public CloudStore(Database database, AuditTrail audit, Notifications notifications, TimeProvider clock)
    {
        (_database, _audit, _clock) = (database, audit, clock);
        _all = new(clock, TimeSpan.FromMinutes(1), capacity: 1);
        _subscription = notifications.Listen(Channel, _ => _all.Clear());
    }

    public async Task<IReadOnlyList<CloudEntry>> ListAsync(CancellationToken ct) => await _all.GetAsync("", ReadAsync, ct) ?? [];

    public async Task<Cloud?> FindAsync(string key, CancellationToken ct) =>
        (await ListAsync(ct)).FirstOrDefault(entry => entry.Cloud.Key == key)?.Cloud;

    /// <summary>Adds a cloud of the operator's. It cannot be changed afterwards: identities carry its key.</summary>
    public async Task<Result<CloudEntry, ConnectionRefusal>> AddAsync(
        string key,
        string name,
        string authority,
        string graph,
        IReadOnlyList<string> aliases,
        string? trustedCa,
        AuditContext context,
        CancellationToken ct
    )
    {
        if ((OrganizationNames.Fault(name, 100) ?? CertificateFault(trustedCa)) is { } wrong)
            return new ConnectionRefusal(ReasonCodes.ValidationFailed, wrong);
        if (!Cloud.TryCreate(key, authority, graph, aliases, out var cloud, out var fault, trustedCa))
            return new ConnectionRefusal(ReasonCodes.ValidationFailed, fault);
        if (aliases.Count > 20)
            return new ConnectionRefusal(ReasonCodes.ValidationFailed, "aliases has at most 20 items.");

        await using var tx = await _database.BeginAsync(OrganizationId.Platform, ct);
        await tx.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtextextended('clouds', 0))", null, ct);
        if (await tx.FirstAsync<int>("SELECT count(*)::int FROM clouds WHERE organization_id = @organization", null, ct) >= MostClouds)
            return new ConnectionRefusal(ReasonCodes.Conflict, $"There are {MostClouds} clouds already.");
        var added = await tx.ExecuteAsync(
            """
            INSERT INTO clouds (organization_id, key, name, authority, aliases, graph, trusted_ca, created_at)
            VALUES (@organization, @key, @name, @authority, @aliases, @graph, @trustedCa, @now)
            ON CONFLICT DO NOTHING
            """,
            new
            {
                key,
                name,
                authority,
                aliases = aliases.ToArray(),
                graph,
                trustedCa,
                now = _clock.GetUtcNow(),
            },
            ct
        );
        if (added == 0)
            return new ConnectionRefusal(ReasonCodes.Conflict, $"The key '{key}' is taken.");
        var entry = AuditEntry.OfNamed("cloud.created", AuditResult.Success, null, "cloud", name, ("key", key), ("authority", authority));
        await _audit.RecordAsync(tx, context, entry, ct);
        await tx.NotifyAsync(Channel, key, ct);
        await tx.CommitAsync(ct);
        _all.Clear();
        return new CloudEntry(cloud, name, aliases, trustedCa, BuiltIn: false);
    }

    public void Dispose() => _subscription.Dispose();

    private sealed record Row(string Key, string Name, string Authority, string[] Aliases, string Graph, string? TrustedCa);

    private async Task<IReadOnlyList<CloudEntry>?> ReadAsync(string all, CancellationToken ct)
    {
        var rows = await _database
            .In(OrganizationId.Platform)
            .ListAsync<Row>(
                $"SELECT key, name, authority, aliases, graph, trusted_ca FROM clouds WHERE organization_id = @organization ORDER BY key LIMIT {MostClouds}",
                null,
                ct
            );
        var clouds = new List<CloudEntry>
        {
            new(Cloud.Global, "Microsoft Entra ID (global)", [], null, BuiltIn: true),
            new(Cloud.UsGovernment, "Microsoft Entra ID for US government", [], null, BuiltIn: true),
            new(Cloud.China, "Microsoft Entra ID in China (21Vianet)", [], null, BuiltIn: true),
        };
        foreach (var row in rows)
            if (Cloud.TryCreate(row.Key, row.Authority, row.Graph, row.Aliases, out var cloud, out _, row.TrustedCa))
                clouds.Add(new(cloud, row.Name, row.Aliases, row.TrustedCa, BuiltIn: false));
        return clouds;
    }

    private static string? CertificateFault(string? pem)
    {
        // Whether there is a certificate in it, the cloud says itself.
        return pem is null || (pem.Length <= LongestCertificates && !pem.Contains("PRIVATE KEY", StringComparison.Ordinal))
            ? null
            : "trustedCa holds certificates in PEM, no keys, at most 32 KB.";
    }
}
