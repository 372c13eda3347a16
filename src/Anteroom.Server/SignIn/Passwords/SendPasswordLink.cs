using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Credentials.Recovery;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Provisioning;

namespace Anteroom.Server.SignIn.Passwords;

/// <summary>A link is on its way.</summary>
public sealed record SentLink(DateTimeOffset ExpiresAt);

/// <summary>Why nothing was sent or changed; a code of the catalogue.</summary>
public sealed record PasswordRefusal(string Reason);

/// <summary>Mails a person the link that sets their password: asked by an administrator, who never sees it (SEC-228), or by the person (SEC-226).</summary>
public sealed class SendPasswordLink(PasswordLinks links, PasswordMails mails, AuditTrail audit, TimeProvider clock)
{
    /// <summary>For administrators: the person is asked to set a password.</summary>
    /// <inheritdoc cref="HandleAsync(Transaction, Organization, UserId, LinkPurpose, Guid, AuditContext, CancellationToken)"/>
    public Task<Result<SentLink, PasswordRefusal>> HandleAsync(
        Transaction tx,
        Organization organization,
        UserId id,
        AuditContext context,
        CancellationToken ct
    ) => HandleAsync(tx, organization, id, LinkPurpose.Set, Identifiers.NewUuid(clock), context, ct);

    /// <summary>Link, mail and audit, in the caller's transaction.</summary>
    /// <param name="id">The link's; a second call with the same sends nothing.</param>
    /// <returns>
    /// Until when it is good; <c>password_not_allowed</c>, <c>not_found</c>, <c>account_blocked</c>, <c>password_address_missing</c>, or
    /// <c>too_many_requests</c> where the account has had its share of this hour (SEC-227).
    /// </returns>
    public async Task<Result<SentLink, PasswordRefusal>> HandleAsync(
        Transaction tx,
        Organization organization,
        UserId id,
        LinkPurpose purpose,
        Guid link,
        AuditContext context,
        CancellationToken ct
    )
    {
        if (!organization.AllowsPasswords || !organization.IsActive)
            return new PasswordRefusal(ReasonCodes.PasswordNotAllowed);
        if (await UserStore.LockAsync(tx, id, ct) is not { } user)
            return new PasswordRefusal(ReasonCodes.NotFound);
        if (user.IsBlockedFor(Channels.Web))
            return new PasswordRefusal(ReasonCodes.AccountBlocked);
        if (await PasswordMails.AddressOfAsync(tx, user, ct) is not { } to)
            return new PasswordRefusal(ReasonCodes.PasswordAddressMissing);
        if (await links.IssueAsync(tx, link, user.Id, purpose, ct) is not var (handle, expires))
            return new PasswordRefusal(ReasonCodes.TooManyRequests);

        await mails.LinkAsync(tx, organization, user, to, purpose, link, handle, expires, ct);
        var entry = new AuditEntry("password.link_sent", AuditResult.Success, null, "user", user.Id.Value, user.UserName)
        {
            Details = new Dictionary<string, object?> { ["purpose"] = PasswordLinks.WordOf(purpose) },
        };
        await audit.RecordAsync(tx, context, entry, ct);
        return new SentLink(expires);
    }
}
