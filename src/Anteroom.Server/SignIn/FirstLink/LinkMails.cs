using System.Globalization;
using Anteroom.Server.Connections;
using Anteroom.Server.Mail;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Mail;
using Anteroom.Server.Platform.Mail.Templates;
using Anteroom.Server.Provisioning;

namespace Anteroom.Server.SignIn.FirstLink;

/// <summary>Tells people that their account was linked, at the address that it had before (SEC-074).</summary>
public sealed class LinkMails(Mailer mailer)
{
    private static readonly TimeSpan MailLife = TimeSpan.FromDays(2);

    /// <param name="before">The account as it was.</param>
    public Task TellAsync(
        Transaction tx,
        Organization organization,
        User before,
        User after,
        Connection connection,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (!EmailAddress.TryParse(before.Email ?? after.Email, out var address))
            return Task.CompletedTask; // the audit and the person's own pages have it
        var values = new Dictionary<string, string>
        {
            ["userName"] = after.UserName,
            ["connection"] = connection.Name,
            ["at"] = now.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture),
        };
        var content = new MailContent(MailTemplate.AccountLinked, organization.Name, values)
        {
            Accent = organization.Settings.Branding.Accent,
        };
        return mailer.EnqueueAsync(tx, new($"account-linked:{after.Id}", address, content, now + MailLife) { User = after.Id.Value }, ct);
    }
}
