using System.Text.Json;
using Anteroom.Server.Audit;
using Anteroom.Server.Credentials.Recovery;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Jobs;

namespace Anteroom.Server.SignIn.Passwords;

/// <summary>Does what somebody asked for by "Forgot your password?", out of their sight (SEC-042). Whoever gets no mail learns not why.</summary>
internal sealed class SendRecovery(
    Database database,
    OrganizationDirectory organizations,
    RecoveryRequests requests,
    SendPasswordLink send,
    AuditTrail audit
) : IJobHandler
{
    public string Kind => RecoveryRequests.JobKind;

    public async Task RunAsync(Job job, CancellationToken ct)
    {
        var id = job.Payload.Deserialize<RequestedRecovery>(JsonSerializerOptions.Web)!.Request;
        if (
            await requests.FindAsync(job.Organization, id, ct) is not { UserId: { } user } request
            || await organizations.GetAsync(job.Organization, ct) is not { } organization
        )
            return;

        var context = new AuditContext(Actor.Anonymous, request.Network, null, request.CorrelationId);
        await using var tx = await database.BeginAsync(job.Organization, ct);
        var sent = await send.HandleAsync(tx, organization, new(user), LinkPurpose.Recover, id, context, ct);
        if (!sent.TryGet(out _, out var refusal))
            await audit.RecordAsync(tx, context, new("password.link_refused", AuditResult.Refused, refusal.Reason, "user", user), ct);
        await tx.CommitAsync(ct);
    }
}
