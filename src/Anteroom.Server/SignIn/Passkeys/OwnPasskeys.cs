using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Credentials;
using Anteroom.Server.Credentials.Passkeys;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Mail.Templates;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.SignIn.Passkeys;

/// <summary>Somebody in front of their own account.</summary>
/// <param name="Session">Theirs, which must still be there when the change is made.</param>
/// <param name="Audit">Who, from where.</param>
/// <param name="Language">In which they are written to.</param>
public sealed record PasskeyHolder(Session Session, AuditContext Audit, string Language);

/// <summary>What people do to their own passkeys. Each change is one transaction with its audit row and one mail to the stored address (SEC-225).</summary>
/// <remarks>
/// Every refusal is a value: besides those of the steps, <c>session_ended</c> where the person was blocked or signed out in between, and
/// <c>authentication_too_old</c> (SEC-041).
/// </remarks>
public sealed class OwnPasskeys(
    Database database,
    PasskeyEnrolment enrolment,
    ChangePasskeys passkeys,
    RemovePasskey removal,
    PasskeyMails mails,
    OrganizationDirectory organizations,
    TimeProvider clock
)
{
    /// <summary>Gives the person a passkey that their authenticator has just made.</summary>
    public async Task<Result<Passkey, PasskeyRefusal>> AddAsync(PasskeyHolder holder, MadePasskey made, string name, CancellationToken ct)
    {
        await using var change = await BeginAsync(holder, ct);
        if (change.Refusal is { } refused)
            return refused;
        var user = change.User!;
        var owner = new PasskeyOwner(user.Organization, user.Id, user.UserName, user.DisplayName);
        var added = await enrolment.AddAsync(change.Transaction, owner, made, name, holder.Audit, ct);
        if (!added.TryGet(out var passkey, out var refusal))
            return refusal;
        await TellAsync(change, MailTemplate.PasskeyAdded, $"passkey.added:{passkey.Id}", new() { ["passkey"] = name }, ct);
        await change.Transaction.CommitAsync(ct);
        return passkey;
    }

    /// <summary>Gives a passkey another name. The same name again changes nothing and tells nobody.</summary>
    /// <returns>Null when done.</returns>
    public async Task<PasskeyRefusal?> RenameAsync(PasskeyHolder holder, PasskeyId id, string name, CancellationToken ct)
    {
        await using var change = await BeginAsync(holder, ct);
        if (change.Refusal is { } refused)
            return refused;
        var (tx, user) = (change.Transaction, change.User!);
        if (await PasskeyStore.LockAsync(tx, user.Id, id, ct) is not { } passkey)
            return new(ReasonCodes.NotFound);
        if (passkey.Name == name)
            return null;
        if (await passkeys.RenameAsync(tx, user.Id, id, name, holder.Session.AuthenticatedAt, holder.Audit, ct) is { } refusal)
            return refusal;
        var values = new Dictionary<string, string> { ["before"] = passkey.Name, ["passkey"] = name };
        await TellAsync(change, MailTemplate.PasskeyRenamed, $"passkey.renamed:{id}:{holder.Audit.CorrelationId}", values, ct);
        await tx.CommitAsync(ct);
        return null;
    }

    /// <summary>Removes a passkey and ends all that its owner has opened anywhere, this session too (SEC-036).</summary>
    /// <returns>Null when done.</returns>
    public async Task<PasskeyRefusal?> RemoveAsync(PasskeyHolder holder, PasskeyId id, CancellationToken ct)
    {
        await using var change = await BeginAsync(holder, ct);
        if (change.Refusal is { } refused)
            return refused;
        var (tx, user) = (change.Transaction, change.User!);
        if (await PasskeyStore.LockAsync(tx, user.Id, id, ct) is not { } passkey)
            return new(ReasonCodes.NotFound);
        var proven = holder.Session.AuthenticatedAt;
        if (await removal.HandleAsync(tx, user.Id, id, proven, holder.Audit, change.Now, ct) is { } refusal)
            return refusal;
        await TellAsync(change, MailTemplate.PasskeyRemoved, $"passkey.removed:{id}", new() { ["passkey"] = passkey.Name }, ct);
        await tx.CommitAsync(ct);
        return null;
    }

    /// <summary>Holds the person, and only then looks whether their session is still there: a block that came in between has ended it.</summary>
    private async Task<Change> BeginAsync(PasskeyHolder holder, CancellationToken ct)
    {
        var (session, now) = (holder.Session, clock.GetUtcNow());
        var organization = await organizations.GetAsync(session.Organization, ct); // from memory; no second connection inside the transaction
        var tx = await database.BeginAsync(session.Organization, ct);
        var change = new Change(tx, holder, organization, now);
        if (!RecentProof.Counts(session.AuthenticatedAt, now))
            return change with { Refusal = new(ReasonCodes.AuthenticationTooOld) };
        var user = await UserStore.LockAsync(tx, session.User, ct);
        var isThere = await tx.FirstAsync<bool>(
            "SELECT EXISTS (SELECT FROM sessions WHERE organization_id = @organization AND session_id = @id AND user_id = @user)",
            new { id = session.Id.Value, user = session.User.Value },
            ct
        );
        return user is null || !isThere ? change with { Refusal = new(ReasonCodes.SessionEnded) } : change with { User = user };
    }

    private Task TellAsync(Change change, MailTemplate template, string key, Dictionary<string, string> values, CancellationToken ct) =>
        mails.TellAsync(
            change.Transaction,
            change.Organization,
            change.User!,
            template,
            key,
            values,
            change.Holder.Language,
            change.Now,
            ct
        );

    /// <summary>A change that has begun: refused already, or with the person held.</summary>
    private sealed record Change(Transaction Transaction, PasskeyHolder Holder, Organization? Organization, DateTimeOffset Now)
        : IAsyncDisposable
    {
        public User? User { get; init; }

        public PasskeyRefusal? Refusal { get; init; }

        public ValueTask DisposeAsync() => Transaction.DisposeAsync();
    }
}
