using Anteroom.Server.Audit;
using Anteroom.Server.Credentials.Passkeys;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Mail.Templates;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Provisioning;

namespace Anteroom.Server.SignIn.Passkeys;

/// <summary>An administrator takes away a passkey that its owner has lost: their sessions end and they are told by mail, as if they had done it themselves (SEC-036, SEC-225).</summary>
public sealed class RevokePasskey(RemovePasskey removal, PasskeyMails mails, TimeProvider clock)
{
    /// <param name="user">Held by the transaction. That the caller may administer them, and has proven it lately, is asked before.</param>
    /// <returns>Null when done, else <c>not_found</c>, or <c>passkey_last</c> of an operator's only way in.</returns>
    public async Task<PasskeyRefusal?> HandleAsync(
        Transaction tx,
        Organization organization,
        User user,
        PasskeyId id,
        AuditContext context,
        CancellationToken ct
    )
    {
        var now = clock.GetUtcNow();
        if (await PasskeyStore.LockAsync(tx, user.Id, id, ct) is not { } passkey)
            return new(ReasonCodes.NotFound);
        if (await removal.HandleAsync(tx, user.Id, id, provenAt: now, context, now, ct) is { } refusal)
            return refusal;
        var values = new Dictionary<string, string> { ["passkey"] = passkey.Name };
        await mails.TellAsync(tx, organization, user, MailTemplate.PasskeyRemoved, $"passkey.removed:{id}", values, null, now, ct);
        return null;
    }
}
