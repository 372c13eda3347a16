using Anteroom.Server.Audit;
using Anteroom.Server.Credentials;
using Anteroom.Server.Credentials.Passwords;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.SignIn.Passwords;

/// <summary>What a person who is signed in fills in to get another password.</summary>
/// <param name="Current">The old one; null where a fresh proof takes its place, or where there is none yet.</param>
/// <param name="ProvenAt">When this session was last authenticated.</param>
/// <param name="Session">The one that goes on.</param>
public sealed record PasswordChange(UserId User, string? Current, string? New, DateTimeOffset ProvenAt, SessionId Session);

/// <summary>How a change ended: done, refused, or the new password is not taken.</summary>
public abstract record PasswordChanged
{
    private PasswordChanged() { }

    public sealed record Done : PasswordChanged;

    /// <param name="Reason">A code of the catalogue.</param>
    /// <param name="Wait">How long, where it has to be waited.</param>
    public sealed record Refused(string Reason, TimeSpan? Wait = null) : PasswordChanged;

    /// <param name="Reason">As <see cref="Refused"/>, for who does not tell faults apart.</param>
    public sealed record Unfit(PasswordFault Fault, string Reason = ReasonCodes.PasswordUnfit) : PasswordChanged;
}

/// <summary>Changes the password of somebody who is signed in, by the old one or a proof of the last five minutes (SEC-041), and ends their other sessions (SEC-036).</summary>
public sealed class ChangePassword(
    Database database,
    OrganizationDirectory organizations,
    UserStore users,
    PasswordStore passwords,
    PasswordHashing hashing,
    PasswordThrottle throttle,
    KnownDevices devices,
    WritePassword write,
    UserSessions sessions,
    TimeProvider clock
)
{
    public async Task<PasswordChanged> HandleAsync(
        HttpContext http,
        Organization organization,
        PasswordChange change,
        AuditContext context,
        CancellationToken ct
    )
    {
        if (await organizations.GetAsync(organization.Id, ct) is not { AllowsPasswords: true, IsActive: true } current)
            return new PasswordChanged.Refused(ReasonCodes.PasswordNotAllowed);
        if (await users.FindAsync(current.Id, change.User, ct) is not { } person)
            return new PasswordChanged.Refused(ReasonCodes.NotFound);
        var judged = PasswordRules.Judge(change.New, OwnWords.Of(current, person));
        if (judged.Password is not { } wanted)
            return new PasswordChanged.Unfit(judged.Fault!.Value);

        using var place = hashing.TryEnter();
        if (place is null)
            return new PasswordChanged.Refused(ReasonCodes.SignInBusy);
        var holder = await passwords.FindAsync(current.Id, change.User, ct);
        var isFresh = RecentProof.Counts(change.ProvenAt, clock.GetUtcNow());
        PasswordTry? tried = null;
        if (!isFresh)
        {
            if (holder is not { Hash: { } known } || string.IsNullOrEmpty(change.Current))
                return new PasswordChanged.Refused(ReasonCodes.AuthenticationTooOld);
            tried = TryOf(http, holder);
            if (RefusalOf(await throttle.AdmitAsync(current.Id, tried, ct)) is { } notNow)
                return notNow;
            if (await place.VerifyAsync(known, Password.Read(change.Current), ct) == PasswordMatch.No)
                return new PasswordChanged.Refused(ReasonCodes.PasswordWrong);
        }
        var hash = await place.HashAsync(wanted, ct);
        place.Dispose();

        await using var tx = await database.BeginAsync(current.Id, ct);
        var now = clock.GetUtcNow();
        if (await UserStore.LockAsync(tx, change.User, ct) is not { } user)
            return new PasswordChanged.Refused(ReasonCodes.NotFound);
        if (!isFresh && !await PasswordStore.IsStillAsync(tx, user.Id, holder!.Hash!, ct))
            return new PasswordChanged.Refused(ReasonCodes.PasswordWrong); // changed in this moment, by somebody who knew it
        if (tried is not null)
            PasswordThrottle.Forgive(tx, tried);
        await write.HandleAsync(tx, current, user, hash, "password.changed", context, now, ct);
        await sessions.EndOthersAsync(tx, user.Id, change.Session, "password_changed", context, ct);
        await tx.CommitAsync(ct);
        devices.Remember(http, user.Id, now);
        return new PasswordChanged.Done();
    }

    private PasswordTry TryOf(HttpContext http, PasswordHolder holder) =>
        PasswordTry.At(holder.User, http.WideNetwork(), holder.SetAt is { } setAt ? devices.Find(http, holder.User, setAt) : null);

    private static PasswordChanged.Refused? RefusalOf(ThrottleDecision decision) =>
        decision switch
        {
            ThrottleDecision.Wait wait => new(ReasonCodes.PasswordThrottled, wait.For),
            ThrottleDecision.Stop => new(ReasonCodes.PasswordStopped),
            ThrottleDecision.NetworkBusy => new(ReasonCodes.TooManyRequests),
            _ => null,
        };
}
