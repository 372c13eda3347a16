using Anteroom.Protocols.Primitives;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Jobs;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Server.Credentials.Recovery;

/// <summary>Takes down who asks for a way back. What follows is a job's work, so that nothing here shows whether there is such an account (SEC-042).</summary>
public sealed class RecoveryRequests(Database database, JobQueue jobs, TimeProvider clock)
{
    /// <summary>Of one network in an hour (SEC-227).</summary>
    public const int MostPerHour = 20;

    public const string JobKind = "credentials.recovery";

    /// <param name="user">Null where nobody has that name; the same rows are written.</param>
    public async Task AddAsync(HttpContext http, OrganizationId organization, UserId? user, CancellationToken ct)
    {
        var (now, id) = (clock.GetUtcNow(), Identifiers.NewUuid(clock));
        await using var tx = await database.BeginAsync(organization, ct);
        var added = await tx.ExecuteAsync(
            """
            INSERT INTO recovery_requests (organization_id, request_id, user_id, network, correlation_id, created_at)
            SELECT @organization, @id, @user, @network, @correlation, @now
             WHERE (SELECT count(*) FROM recovery_requests
                     WHERE organization_id = @organization AND network = @network AND created_at > @hourAgo) < @most
            """,
            new
            {
                id,
                user = user?.Value,
                network = http.WideNetwork(),
                correlation = http.CorrelationId(),
                now,
                hourAgo = now - TimeSpan.FromHours(1),
                most = MostPerHour,
            },
            ct
        );
        if (added == 1)
            await jobs.EnqueueAsync(tx, JobKind, new RequestedRecovery(id), ct);
        await tx.CommitAsync(ct);
    }

    public async Task<RecoveryRequest?> FindAsync(OrganizationId organization, Guid id, CancellationToken ct) =>
        await database
            .In(organization)
            .FirstAsync<RecoveryRequest>(
                """
                SELECT request_id AS id, user_id, network, correlation_id FROM recovery_requests
                 WHERE organization_id = @organization AND request_id = @id
                """,
                new { id },
                ct
            );
}

/// <summary>What the job is told.</summary>
public sealed record RequestedRecovery(Guid Request);

/// <param name="UserId">Null where nobody has the name.</param>
public sealed record RecoveryRequest(Guid Id, Guid? UserId, string Network, string CorrelationId);
