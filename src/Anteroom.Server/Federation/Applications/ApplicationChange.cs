using Anteroom.Server.Audit;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Federation.Applications;

/// <summary>How each change of an application begins and ends: its row locked; its audit entry and the word to all nodes committed with it.</summary>
internal static class ApplicationChange
{
    /// <returns>Null where this organization has no such application.</returns>
    public static async Task<Application?> LockAsync(Transaction tx, ApplicationId id, CancellationToken ct)
    {
        var row = await tx.FirstAsync<ApplicationRow>(
            $"""
            SELECT {ApplicationRow.Columns} FROM applications
             WHERE organization_id = @organization AND application_id = @id AND protocol = 'oidc'
               FOR UPDATE
            """,
            new { id = id.Value },
            ct
        );
        if (row is null)
            return null;
        var secrets = await tx.ListAsync<ApplicationSecretRow>(
            $"""
            SELECT {ApplicationSecretRow.Columns} FROM application_secrets
             WHERE organization_id = @organization AND application_id = @id
             ORDER BY created_at, secret_id
            """,
            new { id = id.Value },
            ct
        );
        return row.ToApplication(secrets.ConvertAll(secret => secret.ToSecret()));
    }

    public static async Task CommitAsync(
        Transaction tx,
        AuditTrail audit,
        AuditContext context,
        string action,
        Application application,
        IReadOnlyDictionary<string, object?>? details,
        CancellationToken ct
    )
    {
        await audit.RecordAsync(tx, context, Entry(action, application) with { Details = details }, ct);
        await tx.NotifyAsync(ApplicationStore.Channel, application.ClientId, ct);
        await tx.CommitAsync(ct);
    }

    public static AuditEntry Entry(string action, Application application) =>
        new(action, AuditResult.Success, null, "application", application.Id.Value, application.Name);
}
