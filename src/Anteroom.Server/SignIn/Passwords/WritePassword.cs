using Anteroom.Server.Audit;
using Anteroom.Server.Credentials.Passwords;
using Anteroom.Server.Credentials.Recovery;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Provisioning;

namespace Anteroom.Server.SignIn.Passwords;

/// <summary>What every new password brings with it, by whichever way it came: no stop, no open link, an audit row, a mail (SEC-225, SEC-226). Ending sessions is the way's own matter.</summary>
public sealed class WritePassword(PasswordLinks links, PasswordMails mails, AuditTrail audit)
{
    /// <param name="hash">Made before the transaction began, so that no connection waited for it.</param>
    /// <param name="action">The audit's word for the way.</param>
    internal async Task HandleAsync(
        Transaction tx,
        Organization organization,
        User user,
        string hash,
        string action,
        AuditContext context,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        PasswordStore.Set(tx, user.Id, hash, now);
        await PasswordThrottle.ForgetAsync(tx, user.Id, ct);
        await links.VoidAsync(tx, user.Id, ct);
        await mails.ChangedAsync(tx, organization, user, ct);
        await audit.RecordAsync(tx, context, new(action, AuditResult.Success, null, "user", user.Id.Value, user.UserName), ct);
    }
}
