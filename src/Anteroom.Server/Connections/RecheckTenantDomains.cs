using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Organizations.Proof;
using Anteroom.Server.Platform.Jobs;

namespace Anteroom.Server.Connections;

/// <summary>Looks again at domains that a tenant has proven and whose day is over.</summary>
internal sealed class RecheckTenantDomains(DueDomains due, ProveByTenant prove) : IJobHandler
{
    public const string JobKind = "domains.recheck_tenants";

    private const int AtOnce = 4;

    public static readonly TimeSpan Every = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    public string Kind => JobKind;

    public Task RunAsync(Job job, CancellationToken ct)
    {
        var context = new AuditContext(Actor.System, null, null, JobKind);
        return Parallel.ForEachAsync(
            due.ListAsync(DomainProofKind.Tenant, Longest, ct),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
            async (domain, token) => await prove.LookAsync(domain, context, token)
        );
    }
}
