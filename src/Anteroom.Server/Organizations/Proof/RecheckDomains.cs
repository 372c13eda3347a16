using Anteroom.Server.Audit;
using Anteroom.Server.Platform.Jobs;

namespace Anteroom.Server.Organizations.Proof;

/// <summary>Looks again at domains that DNS has proven and whose day is over (SEC-269). Those that nobody answered for wait an hour.</summary>
internal sealed class RecheckDomains(DueDomains due, ProveDomain prove) : IJobHandler
{
    public const string JobKind = "domains.recheck";

    private const int AtOnce = 8;

    public static readonly TimeSpan Every = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    public string Kind => JobKind;

    public Task RunAsync(Job job, CancellationToken ct)
    {
        var context = new AuditContext(Actor.System, null, null, JobKind);
        return Parallel.ForEachAsync(
            due.ListAsync(DomainProofKind.Dns, Longest, ct),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
            async (domain, token) => await prove.LookAsync(domain.Organization, domain.Name, context, token)
        );
    }
}
