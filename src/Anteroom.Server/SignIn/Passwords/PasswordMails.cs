using System.Globalization;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Credentials.Recovery;
using Anteroom.Server.Mail;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Mail;
using Anteroom.Server.Platform.Mail.Templates;
using Anteroom.Server.Provisioning;

namespace Anteroom.Server.SignIn.Passwords;

/// <summary>What people are told of their password by mail.</summary>
public sealed class PasswordMails(Mailer mailer, OrganizationHosts hosts, TimeProvider clock)
{
    private static readonly TimeSpan NoticeLife = TimeSpan.FromDays(2);

    /// <summary>The verified address, or null.</summary>
    public static async Task<EmailAddress?> AddressOfAsync(Transaction tx, User user, CancellationToken ct) =>
        user.Email is null ? null : VerifiedAddress.Of(user, await OrganizationDomains.ListAsync(tx, ct));

    /// <summary>The link, whose host comes from the configuration and never from a request (SEC-014, SEC-226).</summary>
    public Task LinkAsync(
        Transaction tx,
        Organization organization,
        User user,
        EmailAddress to,
        LinkPurpose purpose,
        Guid id,
        Handle link,
        DateTimeOffset expires,
        CancellationToken ct
    )
    {
        var template = purpose == LinkPurpose.Set ? MailTemplate.SetPassword : MailTemplate.Recovery;
        var values = new Dictionary<string, string> { ["userName"] = user.UserName, ["until"] = Spell(expires) };
        var address = $"{hosts.OriginOf(organization)}{SignInPaths.PasswordLink}?{SignInPaths.LinkField}={link.Reveal()}";
        var content = new MailContent(template, organization.Name, values)
        {
            Accent = organization.Settings.Branding.Accent,
            Link = new Secret(address),
        };
        return mailer.EnqueueAsync(tx, new($"password-link:{id:N}", to, content, expires) { User = user.Id.Value }, ct);
    }

    /// <summary>Somebody set the password; where it was not the person, this is how they learn of it (SEC-225). It holds no link, so any address that is kept will do.</summary>
    public async Task ChangedAsync(Transaction tx, Organization organization, User user, CancellationToken ct)
    {
        if (!EmailAddress.TryParse(user.Email, out var to))
            return;
        var now = clock.GetUtcNow();
        var values = new Dictionary<string, string> { ["userName"] = user.UserName, ["at"] = Spell(now) };
        var content = new MailContent(MailTemplate.PasswordChanged, organization.Name, values)
        {
            Accent = organization.Settings.Branding.Accent,
        };
        var key = $"password-changed:{Identifiers.NewUuid(clock):N}";
        await mailer.EnqueueAsync(tx, new(key, to, content, now + NoticeLife) { User = user.Id.Value }, ct);
    }

    private static string Spell(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
