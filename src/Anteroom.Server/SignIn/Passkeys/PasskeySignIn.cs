using Anteroom.Server.Credentials.Passkeys;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Records;
using Anteroom.Server.SignIn.Sessions;
using Anteroom.Server.SignIn.Transactions;

namespace Anteroom.Server.SignIn.Passkeys;

/// <summary>Signing in with a passkey, by nobody's name: the passkey says whose account and organization it is (SEC-219 to SEC-224).</summary>
internal sealed class PasskeySignIn(
    TransactionCookies transactions,
    PasskeyOffers offers,
    PasskeyAssertions assertions,
    OrganizationHosts hosts,
    FinishSignIn finish,
    FormGuard forms,
    ProblemPages problems,
    TimeProvider clock
)
{
    /// <summary>What the browser shall ask its authenticator; the challenge is this transaction's alone.</summary>
    public async Task<IResult> BeginAsync(HttpContext http, CancellationToken ct)
    {
        if (!await forms.IsOurFormAsync(http))
            return problems.For(ReasonCodes.ForgerySuspected); // a page, since it was not our script that asked
        if (await ReadAsync(http, ct) is not { } transaction || transaction.IsExpiredAt(clock.GetUtcNow()))
            return PasskeyAnswers.Refused(ReasonCodes.TransactionMissing);
        if (offers.PartyOf(http) is not { } party || !await offers.AreMadeAsync(http, transaction.Organization, ct))
            return PasskeyAnswers.Refused(ReasonCodes.PasskeyNotAllowed);

        var begun = await assertions.BeginAsync(http, party, BindingOf(transaction), ct);
        return begun.TryGet(out var options, out var refusal) ? PasskeyAnswers.Options(options) : PasskeyAnswers.Refused(refusal.Reason);
    }

    /// <summary>The authenticator has answered.</summary>
    public async Task<IResult> FinishAsync(HttpContext http, CancellationToken ct)
    {
        if (!await forms.IsOurFormAsync(http))
            return problems.For(ReasonCodes.ForgerySuspected);
        if (await ReadAsync(http, ct) is not { } transaction)
            return problems.For(ReasonCodes.TransactionMissing);
        PageLanguages.Wish(http, transaction.Request.UiLocales);
        if (transaction.IsExpiredAt(clock.GetUtcNow()))
            return problems.For(ReasonCodes.TransactionExpired, problems.Frame(application: transaction.Request.ApplicationName));
        if (offers.PartyOf(http) is not { } party)
            return problems.For(ReasonCodes.PasskeyNotAllowed);

        var form = await http.Request.ReadFormAsync(ct);
        var received = await assertions.ReceiveAsync(party, BindingOf(transaction), form[PasskeyOffer.FieldName].ToString(), ct);
        if (!received.TryGet(out var presented, out var refusal))
            return await RefuseAsync(http, transaction, refusal, ct);
        // Of another organization, or of another host: no more than unknown here (SEC-261).
        if (
            (transaction.Organization is { } meant && meant != presented.Organization)
            || !await hosts.IsHomeAsync(http, presented.Organization, ct)
        )
            return await RefuseAsync(http, transaction, new(ReasonCodes.PasskeyUnknown, "organization"), ct);

        return await ProveAsync(http, transaction with { Organization = presented.Organization }, presented, ct);
    }

    private async Task<IResult> ProveAsync(
        HttpContext http,
        SignInTransaction transaction,
        PresentedPasskey presented,
        CancellationToken ct
    )
    {
        await using var open = await finish.OpenAsync(http, transaction, presented.Organization, ct);
        var known = await UserStore.LockAsync(open.Transaction, presented.User, ct);
        var verified = await assertions.VerifyAsync(open.Transaction, http, presented, ct);
        if (!verified.TryGet(out var passkey, out var refusal))
        {
            if (refusal.Reason == ReasonCodes.PasskeySuspended)
                return await finish.RefuseAsync(
                    open,
                    PersonOf(known, SignInFacts.Unproven(refusal.Check), presented, open.Now),
                    refusal.Reason,
                    ct
                );
            await open.DisposeAsync(); // nothing was written
            return await RefuseAsync(http, transaction, refusal, ct);
        }

        transactions.Delete(http, transaction.Id); // an answer counts once
        return await finish.HandleAsync(open, PersonOf(known, null, presented, open.Now, passkey.BackupEligible), ct);
    }

    private static ProvenPerson PersonOf(
        User? known,
        SignInFacts? unproven,
        PresentedPasskey presented,
        DateTimeOffset now,
        bool backupEligible = false
    )
    {
        var evidence = Evidence.OfPasskey(backupEligible, now);
        return new(known, evidence, unproven ?? new(null, null, null, null, null, evidence.Amr, [], known is not null, Upstream: null))
        {
            Connection = null,
            Passkey = presented.Id.ToString(),
            // It tells nothing new about the person but that they were here.
            Directory = _ => new DirectoryFacts(FactSource.Token, now) { User = known?.Id ?? presented.User },
        };
    }

    /// <summary>Told to the organization that is meant; to the platform where nobody knows which.</summary>
    private Task<IResult> RefuseAsync(HttpContext http, SignInTransaction transaction, PasskeyRefusal refusal, CancellationToken ct) =>
        finish.RefuseAsync(
            http,
            transaction,
            transaction.Organization ?? OrganizationId.Platform,
            connection: null,
            refusal.Reason,
            refusal.Check,
            ct: ct
        );

    private async Task<SignInTransaction?> ReadAsync(HttpContext http, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        return TransactionId.TryParse(form[SignInPaths.TransactionField].ToString(), out var id)
            ? await transactions.ReadAsync(http, id, ct)
            : null;
    }

    // Only the browser that holds the transaction's cookie can name it (SEC-032).
    private static CeremonyBinding BindingOf(SignInTransaction transaction) => CeremonyBinding.To("sign-in", transaction.Id.ToString());
}
