using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Jobs;

namespace Anteroom.Server.Audit;

/// <summary>Removes audit rows whose retention is over (SEC-326), whole seals at a time, through the one function that the database's owner lends us.</summary>
/// <remarks>The function keeps to the database's clock and to the owner's number of days; ours can only make rows stay longer.</remarks>
internal sealed class AuditExpiry(Database database, AuditTrail trail, AnteroomOptions options, TimeProvider clock) : IJobHandler
{
    public const string JobKind = "audit.expire";

    private const int SealsAtATime = 50;

    public string Kind => JobKind;

    public async Task RunAsync(Job job, CancellationToken ct)
    {
        await foreach (var organization in EveryOrganization.ListAsync(database, ct))
            while (await ExpireAsync(organization, ct) > 0)
                ct.ThrowIfCancellationRequested();
    }

    private async Task<long> ExpireAsync(OrganizationId organization, CancellationToken ct)
    {
        var before = clock.GetUtcNow() - TimeSpan.FromDays(options.AuditRetentionDays);
        await using var tx = await database.BeginAsync(organization, ct);
        var removed = await tx.FirstAsync<long>("SELECT expire_audit(@before, @most)", new { before, most = SealsAtATime }, ct);
        if (removed == 0)
            return 0;
        var context = new AuditContext(Actor.System, null, null, JobKind);
        var entry = new AuditEntry("audit.expired", AuditResult.Success)
        {
            Details = new Dictionary<string, object?> { ["rows"] = removed, ["before"] = before },
        };
        await trail.RecordAsync(tx, context, entry, ct);
        await tx.CommitAsync(ct);
        return removed;
    }
}
