using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Jobs;

namespace Anteroom.Server.Audit;

/// <summary>Seals what nodes left behind that died before their sealer came round: every organization, slowly.</summary>
internal sealed class AuditSweep(Database database, AuditSealer sealer) : IJobHandler
{
    public const string JobKind = "audit.sweep";

    public string Kind => JobKind;

    public async Task RunAsync(Job job, CancellationToken ct)
    {
        await foreach (var organization in EveryOrganization.ListAsync(database, ct))
            await sealer.SealAllAsync(organization, ct);
    }
}
