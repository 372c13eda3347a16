using Anteroom.Server.Credentials.Passwords;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Sessions;
using Anteroom.Server.SignIn.Transactions;

namespace Anteroom.Server.SignIn.Passwords;

/// <summary>Proves a password and ends the sign-in (README.md): counted first, then verified without the database, then acted upon once.</summary>
internal sealed class PasswordSignIn(
    PasswordSteps steps,
    PasswordHashing hashing,
    PasswordThrottle throttle,
    KnownDevices devices,
    TransactionCookies transactions,
    FinishSignIn finish,
    ProblemPages problems
)
{
    /// <param name="askAgain">The page with the question, and why it is asked again.</param>
    public async Task<IResult> HandleAsync(
        HttpContext http,
        PasswordStep step,
        string typed,
        Func<PasswordAnswer, Task<IResult>> askAgain,
        CancellationToken ct
    )
    {
        using var place = hashing.TryEnter();
        if (place is null)
            return problems.For(ReasonCodes.SignInBusy, steps.FrameOf(step)); // before anything is asked of the database (SEC-213)

        var holder = await steps.HolderOfAsync(step, ct);
        var tried = TryOf(http, step, holder);
        var decision = await throttle.AdmitAsync(step.Organization.Id, tried, ct);
        if (AnswerOf(decision) is { } notNow)
        {
            await RecordAsync(http, step, holder, notNow.Reason, ct);
            return await askAgain(notNow.Answer);
        }

        var password = Password.Read(typed);
        var match = await place.VerifyAsync(holder?.Hash, password, ct);
        if (match == PasswordMatch.No || holder is not { Hash: { } hash, SetAt: { } setAt })
            return await WrongAsync(http, step, holder, askAgain, ct);
        var stronger = match == PasswordMatch.YesByWeakerHash ? await place.HashAsync(password!, ct) : null;
        place.Dispose(); // the next may come in

        await using var open = await finish.OpenAsync(http, step.Transaction, step.Organization.Id, ct);
        var tx = open.Transaction;
        var user = await UserStore.LockAsync(tx, holder.User, ct);
        if (user is null || !await PasswordStore.IsStillAsync(tx, user.Id, hash, ct))
        {
            await open.DisposeAsync(); // changed in this moment
            return await WrongAsync(http, step, holder, askAgain, ct);
        }
        PasswordThrottle.Forgive(tx, tried);
        if (stronger is not null)
            PasswordStore.Renew(tx, user.Id, stronger);
        transactions.Delete(http, step.Transaction.Id);
        devices.Remember(http, user.Id, setAt);
        if (step.IsHidden && !user.Role.IsAdministrative)
            return await finish.RefuseAsync(open, PersonOf(user, open.Now), ReasonCodes.PasswordNotAllowed, ct);
        return await finish.HandleAsync(open, PersonOf(user, open.Now), ct);
    }

    private PasswordTry TryOf(HttpContext http, PasswordStep step, PasswordHolder? holder)
    {
        var network = http.WideNetwork();
        if (holder is null)
            return PasswordTry.AtNobody(UserNames.Fold(step.Transaction.Entry ?? ""), network);
        return PasswordTry.At(holder.User, network, holder.SetAt is { } setAt ? devices.Find(http, holder.User, setAt) : null);
    }

    private async Task<IResult> WrongAsync(
        HttpContext http,
        PasswordStep step,
        PasswordHolder? holder,
        Func<PasswordAnswer, Task<IResult>> askAgain,
        CancellationToken ct
    )
    {
        await RecordAsync(http, step, holder, ReasonCodes.PasswordWrong, ct);
        return await askAgain(new PasswordAnswer(PasswordError.Wrong));
    }

    private Task RecordAsync(HttpContext http, PasswordStep step, PasswordHolder? holder, string reason, CancellationToken ct) =>
        finish.RecordRefusalAsync(http, step.Transaction, step.Organization.Id, holder?.User, reason, ct);

    private static (PasswordAnswer Answer, string Reason)? AnswerOf(ThrottleDecision decision) =>
        decision switch
        {
            ThrottleDecision.Wait wait => (new PasswordAnswer(PasswordError.Wait, wait.For), ReasonCodes.PasswordThrottled),
            ThrottleDecision.Stop => (new PasswordAnswer(PasswordError.Stopped), ReasonCodes.PasswordStopped),
            ThrottleDecision.NetworkBusy => (new PasswordAnswer(PasswordError.TooManyTries), ReasonCodes.TooManyRequests),
            _ => null,
        };

    private static ProvenPerson PersonOf(User user, DateTimeOffset now)
    {
        var evidence = Evidence.OfPassword(now);
        return new(user, evidence, new(null, null, null, null, null, evidence.Amr, [], KnownAccount: true, Upstream: null))
        {
            Connection = null,
            // It tells nothing new about the person but that they were here.
            Directory = _ => new DirectoryFacts(FactSource.Token, now) { User = user.Id },
        };
    }
}
