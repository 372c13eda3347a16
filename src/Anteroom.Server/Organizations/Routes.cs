using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using RouteRow = (System.Guid OrganizationId, System.Guid? Target);

namespace Anteroom.Server.Organizations;

/// <summary>The kinds of <c>routes</c>: what leads to an organization before it is known.</summary>
public static class RouteKinds
{
    public const string Slug = "slug";
    public const string Code = "code";
    public const string UserName = "user_name";
    public const string Domain = "domain";

    /// <summary>A domain that its one owner has proven; beside <see cref="Domain"/>, which many may have (SEC-269).</summary>
    public const string VerifiedDomain = "verified_domain";
    public const string Client = "client";
    public const string Connection = "connection";
    public const string Directory = "directory";

    /// <summary>The label of an organization's own host; only of those that have one.</summary>
    public const string Host = "host";

    /// <summary>The SHA-256 of a credential's id.</summary>
    public const string Passkey = "passkey";
}

/// <summary>Where a key leads: the organization and, for some kinds, the row there.</summary>
public sealed record Route(OrganizationId Organization, Guid? Target);

/// <summary>Reads and writes <c>routes</c>, the one table that is asked before an organization is known (design.md §5).</summary>
public sealed class Routes(Database database)
{
    /// <summary>Organizations that one user name or domain may lead to before the answer counts as "many".</summary>
    private const int MostCandidates = 20;

    /// <summary>All places that a folded key leads to, at most twenty; one at most for kinds with one owner.</summary>
    public async Task<IReadOnlyList<Route>> FindAsync(string kind, string key, CancellationToken ct)
    {
        if (key.Length is 0 or > 320)
            return [];
        var rows = await database.OutsideOrganizations.ListAsync<RouteRow>(
            $"SELECT organization_id, target FROM routes WHERE kind = @kind AND key = @key ORDER BY organization_id LIMIT {MostCandidates}",
            new { kind, key },
            ct
        );
        return rows.ConvertAll(row => new Route(new(row.OrganizationId), row.Target));
    }

    /// <summary>All places that an entry leads to, by kind, in one question: how long it takes does not tell what is known (SEC-042).</summary>
    /// <param name="entry">Folded; looked for among company codes and user names.</param>
    /// <param name="domain">The entry's e-mail domain, or null.</param>
    public async Task<ILookup<string, Route>> FindEntryAsync(string entry, string? domain, CancellationToken ct)
    {
        // There is always a row to carry and to read: one without a kind where nothing is known.
        var rows = await database.OutsideOrganizations.ListAsync<EntryRow>(
            $"""
            SELECT known.kind, known.organization_id, known.target FROM (VALUES (true)) always LEFT JOIN (
                (SELECT kind, organization_id, target FROM routes WHERE kind = '{RouteKinds.Code}' AND key = @entry LIMIT 1)
                UNION ALL
                (SELECT kind, organization_id, target FROM routes WHERE kind = '{RouteKinds.UserName}' AND key = @entry
                  ORDER BY organization_id LIMIT {MostCandidates})
                UNION ALL
                (SELECT kind, organization_id, target FROM routes WHERE kind = '{RouteKinds.Domain}' AND key = @domain
                  ORDER BY organization_id LIMIT {MostCandidates})
                UNION ALL
                (SELECT kind, organization_id, target FROM routes WHERE kind = '{RouteKinds.VerifiedDomain}' AND key = @domain LIMIT 1)) known ON true
            """,
            new { entry, domain },
            ct
        );
        return rows.Where(row => row.Kind is not null)
            .ToLookup(row => row.Kind!, row => new Route(new(row.OrganizationId!.Value), row.Target));
    }

    private sealed record EntryRow(string? Kind, Guid? OrganizationId, Guid? Target);

    /// <returns>False where another organization owns the key, or a company code and a user name would become one.</returns>
    public static async Task<bool> TryAddAsync(Transaction tx, string kind, string key, Guid? target, CancellationToken ct)
    {
        if (kind is RouteKinds.Code or RouteKinds.UserName && !await IsFreeEntryAsync(tx, kind, key, ct))
            return false;
        var added = await tx.ExecuteAsync(
            """
            INSERT INTO routes (kind, key, organization_id, target) VALUES (@kind, @key, @organization, @target)
            ON CONFLICT DO NOTHING
            """,
            new
            {
                kind,
                key,
                target,
            },
            ct
        );
        return added > 0;
    }

    public static Task RemoveAsync(Transaction tx, string kind, string key, CancellationToken ct) =>
        tx.ExecuteAsync("DELETE FROM routes WHERE kind = @kind AND key = @key AND organization_id = @organization", new { kind, key }, ct);

    // The lock is the one of the trigger that has the last word; asking first keeps the transaction usable (HEL-27).
    private static async Task<bool> IsFreeEntryAsync(Transaction tx, string kind, string key, CancellationToken ct)
    {
        await tx.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtextextended('entry:' || @key, 0))", new { key }, ct);
        var other = kind == RouteKinds.Code ? RouteKinds.UserName : RouteKinds.Code;
        return await tx.FirstAsync<int>("SELECT count(*)::int FROM routes WHERE kind = @other AND key = @key", new { other, key }, ct) == 0;
    }
}
