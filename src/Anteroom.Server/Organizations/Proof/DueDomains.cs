using System.Runtime.CompilerServices;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Organizations.Proof;

/// <summary>A verified domain whose day is over.</summary>
public sealed record DueDomain(OrganizationId Organization, string Name);

/// <summary>Finds verified domains that have to be looked at again, page by page over all organizations.</summary>
/// <remarks>When each is due stands in its row and moves on with its look, so a run that dies leaves nothing behind but what is due still.</remarks>
public sealed class DueDomains(Database database, TimeProvider clock)
{
    private const int Page = 500;

    private sealed record VerifiedRow(string Key, Guid OrganizationId);

    /// <param name="kind">What proved them: only that is asked again.</param>
    /// <param name="longest">After this time the run ends, and the next one goes on.</param>
    public async IAsyncEnumerable<DueDomain> ListAsync(
        DomainProofKind kind,
        TimeSpan longest,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var began = clock.GetTimestamp();
        var after = "";
        while (true)
        {
            var rows = await database.OutsideOrganizations.ListAsync<VerifiedRow>(
                $"""
                SELECT key, organization_id FROM routes
                 WHERE kind = '{RouteKinds.VerifiedDomain}' AND key > @after ORDER BY key LIMIT {Page}
                """,
                new { after },
                ct
            );
            foreach (var organization in rows.GroupBy(row => row.OrganizationId, row => row.Key))
            foreach (var name in await OfAsync(new(organization.Key), [.. organization], kind, ct))
            {
                if (clock.GetElapsedTime(began) > longest)
                    yield break;
                yield return new(new(organization.Key), name);
            }
            if (rows.Count < Page)
                yield break;
            after = rows[^1].Key;
        }
    }

    private Task<List<string>> OfAsync(OrganizationId organization, string[] names, DomainProofKind kind, CancellationToken ct) =>
        database
            .In(organization)
            .ListAsync<string>(
                """
                SELECT name FROM organization_domains
                 WHERE organization_id = @organization AND name = ANY(@names) AND state = 'verified' AND proof = @proof AND next_check_at <= @now
                 ORDER BY next_check_at
                """,
                new
                {
                    names,
                    proof = OrganizationDomains.WordOf(kind),
                    now = clock.GetUtcNow(),
                },
                ct
            );
}
