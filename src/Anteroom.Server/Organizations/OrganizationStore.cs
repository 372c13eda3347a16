using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Organizations;

/// <summary>Reads rows of <c>organizations</c>. Writers are beside it, one file for each thing that can be done.</summary>
internal static class OrganizationStore
{
    /// <summary>Announces a change of an organization to every node; the payload is its id.</summary>
    public const string Channel = "organization_changed";

    public const string Columns = "organization_id, slug, name, company_code, status, settings::text AS settings, version, created_at";

    public sealed record Row(
        Guid OrganizationId,
        string Slug,
        string Name,
        string? CompanyCode,
        string Status,
        string Settings,
        long Version,
        DateTimeOffset CreatedAt
    )
    {
        public Organization ToOrganization() =>
            new(
                new(OrganizationId),
                Slug,
                Name,
                CompanyCode,
                Status == "active" ? OrganizationStatus.Active : OrganizationStatus.Disabled,
                OrganizationSettings.Parse(Settings),
                Version,
                CreatedAt
            );
    }

    public static async Task<Organization?> FindAsync(Database database, OrganizationId id, CancellationToken ct)
    {
        var row = await database
            .In(id)
            .FirstAsync<Row>($"SELECT {Columns} FROM organizations WHERE organization_id = @organization", null, ct);
        return row?.ToOrganization();
    }

    // Under row-level security a page in the order of slugs would be sorted out of all rows; routes hold the slugs in their order.
    private const string Page = $"""
        SELECT {Columns} FROM organizations
         WHERE organization_id IN (SELECT organization_id FROM routes WHERE kind = 'slug' AND key > @after ORDER BY key LIMIT @limit)
         ORDER BY slug
        """;

    private const string Search = $"""
        SELECT {Columns} FROM organizations
         WHERE slug > @after AND (slug LIKE @pattern OR lower(name) LIKE @pattern) ORDER BY slug LIMIT @limit
        """;

    /// <summary>A page of all organizations in the order of their slugs; for operators.</summary>
    public static async Task<IReadOnlyList<Organization>> ListAsync(
        Database database,
        SearchText search,
        string? after,
        int limit,
        CancellationToken ct
    )
    {
        var rows = await database
            .In(OrganizationId.Platform)
            .ListAsync<Row>(
                search.IsEmpty ? Page : Search,
                new
                {
                    after = after ?? "",
                    pattern = search.Anywhere,
                    limit,
                },
                ct
            );
        return rows.ConvertAll(row => row.ToOrganization());
    }

    /// <summary>The row, held until the transaction ends, so that what is decided on it still stands when it is written.</summary>
    public static async Task<Organization?> LockAsync(Transaction tx, OrganizationId id, CancellationToken ct)
    {
        var row = await tx.FirstAsync<Row>(
            $"SELECT {Columns} FROM organizations WHERE organization_id = @id FOR UPDATE",
            new { id = id.Value },
            ct
        );
        return row?.ToOrganization();
    }

    public static Task AnnounceAsync(Transaction tx, OrganizationId id, CancellationToken ct) => tx.NotifyAsync(Channel, id.ToString(), ct);
}
