using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Harness;

/// <summary>How many rows each table has over all organizations, whatever tables there are.</summary>
public static class TableRows
{
    public static async Task<IReadOnlyDictionary<string, long>> CountAsync(Database database)
    {
        var outside = database.OutsideOrganizations;
        var tables = await outside.ListAsync<Table>(
            """
            SELECT c.relname AS name, EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'organization_id') AS owned
              FROM pg_class c
             WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
            """,
            null,
            default
        );
        Dictionary<string, long> counts = [];
        foreach (var table in tables)
            counts[table.Name] = table.Owned ? 0 : await outside.FirstAsync<long>($"SELECT count(*) FROM {table.Name}", null, default);
        foreach (var organization in await OrganizationsAsync(database))
        foreach (var table in tables.Where(table => table.Owned))
            counts[table.Name] += await database
                .In(organization)
                .FirstAsync<long>($"SELECT count(*) FROM {table.Name} WHERE organization_id = @organization", null, default);
        return counts;
    }

    private static async Task<IEnumerable<OrganizationId>> OrganizationsAsync(Database database)
    {
        var all = await database.In(OrganizationId.Platform).ListAsync<Guid>("SELECT organization_id FROM organizations", null, default);
        return all.Select(id => new OrganizationId(id)).Append(OrganizationId.Platform).Distinct();
    }

    private sealed record Table(string Name, bool Owned);
}
