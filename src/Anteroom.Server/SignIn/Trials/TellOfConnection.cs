using System.Globalization;
using System.Text.Json;
using Anteroom.Server.Connections;
using Anteroom.Server.Mail;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Jobs;
using Anteroom.Server.Platform.Mail;
using Anteroom.Server.Platform.Mail.Templates;

namespace Anteroom.Server.SignIn.Trials;

/// <summary>Mails on the way of a connection: operators hear that one was submitted, its administrators that they can test and that it is active (IMP-12).</summary>
internal sealed class TellOfConnection(
    Database database,
    OrganizationDirectory organizations,
    ConnectionStore connections,
    Mailer mailer,
    TimeProvider clock
) : IJobHandler
{
    private static readonly TimeSpan MailLife = TimeSpan.FromDays(2);

    public string Kind => ConnectionMoved.JobKind;

    public async Task RunAsync(Job job, CancellationToken ct)
    {
        var moved = job.Payload.Deserialize<ConnectionMoved>(JsonSerializerOptions.Web)!;
        if (
            await organizations.GetAsync(job.Organization, ct) is not { } organization
            || await connections.FindAsync(job.Organization, new(moved.Connection), ct) is not { } connection
        )
            return;
        var (template, readers, permission) = moved.Step switch
        {
            ConnectionStep.Submit => (MailTemplate.ConnectionSubmitted, OrganizationId.Platform, Permissions.OrganizationsOperate),
            ConnectionStep.Approve => (MailTemplate.ConnectionInTest, organization.Id, Permissions.ConnectionsWrite),
            _ => (MailTemplate.ConnectionActive, organization.Id, Permissions.ConnectionsWrite),
        };
        await using var tx = await database.BeginAsync(readers, ct);
        foreach (var reader in await ReadersAsync(tx, permission, ct))
            if (EmailAddress.TryParse(reader.Email, out var address))
                await mailer.EnqueueAsync(tx, RequestFor(moved, organization, connection, template, reader, address), ct);
        await tx.CommitAsync(ct);
    }

    private MailRequest RequestFor(
        ConnectionMoved moved,
        Organization organization,
        Connection connection,
        MailTemplate template,
        Reader reader,
        EmailAddress address
    )
    {
        var now = clock.GetUtcNow();
        var content = new MailContent(
            template,
            organization.Name,
            new Dictionary<string, string>
            {
                ["connection"] = connection.Name,
                ["at"] = now.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture),
            }
        )
        {
            Accent = organization.Settings.Branding.Accent,
        };
        return new($"connection.{moved.Step}:{moved.Connection}:{moved.Version}:{reader.UserId}", address, content, now + MailLife)
        {
            User = reader.UserId,
        };
    }

    /// <summary>Who may do something about it, and comes in.</summary>
    private static Task<List<Reader>> ReadersAsync(Transaction tx, string permission, CancellationToken ct) =>
        tx.ListAsync<Reader>(
            """
            SELECT u.user_id, u.email FROM users u JOIN roles r USING (organization_id, role_id)
             WHERE u.organization_id = @organization AND u.deleted_at IS NULL AND u.email IS NOT NULL AND @permission = ANY (r.permissions)
               AND NOT EXISTS (SELECT FROM user_blocks b WHERE b.organization_id = u.organization_id AND b.user_id = u.user_id
                                  AND 'web' = ANY (b.channels))
             ORDER BY u.user_id LIMIT 50
            """,
            new { permission },
            ct
        );

    private sealed record Reader(Guid UserId, string Email);
}
