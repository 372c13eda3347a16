using System.Globalization;
using Anteroom.Server.Mail;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Mail;
using Anteroom.Server.Platform.Mail.Templates;
using Anteroom.Server.Provisioning;

namespace Anteroom.Server.SignIn.Passkeys;

/// <summary>Tells people by mail what became of their passkeys, whoever did it (SEC-225).</summary>
public sealed class PasskeyMails(Mailer mailer)
{
    private static readonly TimeSpan MailLife = TimeSpan.FromDays(2); // news of longer ago alarms more than it helps

    /// <param name="key">Names the event, so that it is told once.</param>
    /// <param name="values">What the template says beside whose account it is and when.</param>
    /// <param name="language">The person's, where it is known.</param>
    public Task TellAsync(
        Transaction tx,
        Organization? organization,
        User user,
        MailTemplate template,
        string key,
        Dictionary<string, string> values,
        string? language,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (!EmailAddress.TryParse(user.Email, out var address))
            return Task.CompletedTask; // nowhere to write to; the person's own pages say so, and the audit has its row
        values["userName"] = user.UserName;
        values["at"] = now.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        var content = new MailContent(template, organization?.Name ?? "", values)
        {
            Accent = organization?.Settings.Branding.Accent,
            Language = language,
        };
        return mailer.EnqueueAsync(tx, new MailRequest(key, address, content, now + MailLife) { User = user.Id.Value }, ct);
    }
}
