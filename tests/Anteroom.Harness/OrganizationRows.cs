using System.Text.Json;
using Anteroom.Server.Audit;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Harness;

/// <summary>What the database holds of one organization, for comparing before and after.</summary>
public sealed class OrganizationRows(Database database, OrganizationId organization)
{
    private static readonly string[] OfSignIns =
    [
        "users",
        "external_identities",
        "sessions",
        "grants",
        "authorization_codes",
        "refresh_tokens",
    ];

    /// <summary>How many rows each table has that a sign-in may write: a refusal leaves all of them as they were.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CountAsync()
    {
        Dictionary<string, long> counts = [];
        foreach (var table in OfSignIns)
            counts[table] = await CountAsync(table);
        return counts;
    }

    public Task<long> CountAsync(string table) =>
        database.In(organization).FirstAsync<long>($"SELECT count(*) FROM {table} WHERE organization_id = @organization", null, default);

    /// <summary>Tenant and object id of every linked identity.</summary>
    public async Task<IReadOnlyList<(Guid Tenant, Guid Object)>> IdentitiesAsync()
    {
        var rows = await database
            .In(organization)
            .ListAsync<Identity>(
                "SELECT tenant_id, object_id FROM external_identities WHERE organization_id = @organization ORDER BY created_at",
                null,
                default
            );
        return rows.ConvertAll(row => (row.TenantId, row.ObjectId));
    }

    public Task<T?> FirstAsync<T>(string sql, object? arguments = null) => database.In(organization).FirstAsync<T>(sql, arguments, default);

    /// <summary>The audit's rows of an action, newest first.</summary>
    public async Task<IReadOnlyList<AuditItem>> AuditAsync(string action) =>
        (await new AuditReader(database).ListAsync(organization, new AuditFilter(Action: action, Limit: 200), default));

    /// <summary>The newest refusal with its reason, correlation id and details.</summary>
    public async Task<(string? Reason, string? CorrelationId, JsonElement Details)> LastRefusalAsync()
    {
        var items = await AuditAsync("sign_in.refused");
        return items.Count == 0 ? default : (items[0].Reason, items[0].CorrelationId, items[0].Details);
    }

    private sealed record Identity(Guid TenantId, Guid ObjectId);
}
