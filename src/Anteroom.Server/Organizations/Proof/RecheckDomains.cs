using System.Runtime.CompilerServices;
using Anteroom.Server.Audit;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Jobs;

namespace Anteroom.Server.Organizations.Proof;

/// <summary>Looks again at verified domains whose day is over (SEC-269).</summary>
/// <remarks>
/// When each is due stands in its row and moves on with its look, so a run that dies leaves nothing behind but what is due still. A run ends
/// after a while even where servers are silent, and the next one goes on; those that nobody answered for wait an hour.
/// </remarks>
internal sealed class RecheckDomains(Database database, ProveDomain prove, TimeProvider clock) : IJobHandler
{
    public const string JobKind = "domains.recheck";

    private const int AtOnce = 8;
    private const int Page = 500;

    public static readonly TimeSpan Every = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    public string Kind => JobKind;

    public Task RunAsync(Job job, CancellationToken ct)
    {
        var context = new AuditContext(Actor.System, null, null, JobKind);
        return Parallel.ForEachAsync(
            DueAsync(ct),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
            async (due, token) => await prove.LookAsync(due.Organization, due.Name, context, token)
        );
    }

    private sealed record Due(OrganizationId Organization, string Name);

    private sealed record VerifiedRow(string Key, Guid OrganizationId);

    private async IAsyncEnumerable<Due> DueAsync([EnumeratorCancellation] CancellationToken ct)
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
            foreach (var name in await DueOfAsync(new(organization.Key), [.. organization], ct))
            {
                if (clock.GetElapsedTime(began) > Longest)
                    yield break;
                yield return new(new(organization.Key), name);
            }
            if (rows.Count < Page)
                yield break;
            after = rows[^1].Key;
        }
    }

    /// <summary>Only what DNS has proven is asked of DNS again.</summary>
    private Task<List<string>> DueOfAsync(OrganizationId organization, string[] names, CancellationToken ct) =>
        database
            .In(organization)
            .ListAsync<string>(
                """
                SELECT name FROM organization_domains
                 WHERE organization_id = @organization AND name = ANY(@names) AND state = 'verified' AND proof = 'dns' AND next_check_at <= @now
                 ORDER BY next_check_at
                """,
                new { names, now = clock.GetUtcNow() },
                ct
            );
}
