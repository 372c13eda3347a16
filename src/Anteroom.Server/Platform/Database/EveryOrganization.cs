using System.Runtime.CompilerServices;

namespace Anteroom.Server.Platform.Database;

/// <summary>All organizations by key, page by page, for work that each of them needs inside its own scope.</summary>
internal static class EveryOrganization
{
    private const int Page = 500;

    public static async IAsyncEnumerable<OrganizationId> ListAsync(Database database, [EnumeratorCancellation] CancellationToken ct)
    {
        var after = "";
        while (true)
        {
            var rows = await database.OutsideOrganizations.ListAsync<Row>(
                $"SELECT key, organization_id FROM routes WHERE kind = 'slug' AND key > @after ORDER BY key LIMIT {Page}",
                new { after },
                ct
            );
            foreach (var row in rows)
                yield return new(row.OrganizationId);
            if (rows.Count < Page)
                yield break;
            after = rows[^1].Key;
        }
    }

    private sealed record Row(string Key, Guid OrganizationId);
}
