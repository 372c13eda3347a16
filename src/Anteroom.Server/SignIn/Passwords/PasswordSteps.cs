using Anteroom.Server.Credentials.Passwords;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Transactions;
using Anteroom.Server.SignIn.Upstream;

namespace Anteroom.Server.SignIn.Passwords;

/// <summary>A sign-in that stands before a password's page.</summary>
/// <param name="IsHidden">The organization keeps the form from people: only administrators come in by it (HEC-15).</param>
internal sealed record PasswordStep(SignInTransaction Transaction, Organization Organization, bool IsHidden);

/// <summary>Where a step of a password leads: to the step, or to the page that tells why not.</summary>
internal sealed record OpenedStep(PasswordStep? Step, IResult? Problem);

/// <summary>Opens the pages that ask for a name or a password: each step is checked anew (SEC-038, SEC-039).</summary>
internal sealed class PasswordSteps(
    TransactionCookies transactions,
    OrganizationDirectory organizations,
    OrganizationHosts hosts,
    PasswordStore passwords,
    UpstreamRedirect upstream,
    FinishSignIn finish,
    FormGuard forms,
    ProblemPages problems,
    TimeProvider clock
)
{
    /// <summary>From an address.</summary>
    public Task<OpenedStep> OpenAsync(HttpContext http, CancellationToken ct) =>
        OpenAsync(http, http.Request.Query[SignInPaths.TransactionField].ToString(), ct);

    /// <summary>From a form of ours; any other is refused before anybody is looked for (SEC-009, SEC-010).</summary>
    public async Task<OpenedStep> OpenFormAsync(HttpContext http, CancellationToken ct)
    {
        if (!await forms.IsOurFormAsync(http))
            return new(null, problems.For(ReasonCodes.ForgerySuspected));
        var form = await http.Request.ReadFormAsync(ct);
        return await OpenAsync(http, form[SignInPaths.TransactionField].ToString(), ct);
    }

    /// <summary>The account's name as the page shows it: what was typed, so that it does not tell whether anybody has it (SEC-042).</summary>
    public async Task<string?> NameOfAsync(PasswordStep step, CancellationToken ct)
    {
        var transaction = step.Transaction;
        if (transaction.Entry is { } typed && !transaction.Reauthenticate)
            return typed;
        return transaction.ExpectedUser is { } user
            ? (await passwords.FindAsync(step.Organization.Id, user, ct))?.UserName
            : transaction.Entry;
    }

    /// <summary>Whose password is meant; null where nobody has the name. One look-up either way.</summary>
    public Task<PasswordHolder?> HolderOfAsync(PasswordStep step, CancellationToken ct) =>
        step.Transaction.ExpectedUser is { } user
            ? passwords.FindAsync(step.Organization.Id, user, ct)
            : passwords.FindByNameAsync(step.Organization.Id, UserNames.Fold(step.Transaction.Entry ?? ""), ct);

    /// <summary>Whether the person may say another name: not where the same account has to come back.</summary>
    public static bool MayBeAnother(PasswordStep step) => step.Transaction is { Reauthenticate: false, Request.ExpectedSubject: null };

    public PageFrame FrameOf(PasswordStep step) => problems.Frame(step.Organization, step.Transaction.Request.ApplicationName);

    public PostForm FormOf(HttpContext http, PasswordStep step, string action) =>
        new(action, [new(SignInPaths.TransactionField, step.Transaction.Id.ToString()), new(FormGuard.FieldName, forms.TokenFor(http))]);

    private async Task<OpenedStep> OpenAsync(HttpContext http, string id, CancellationToken ct)
    {
        if (!TransactionId.TryParse(id, out var parsed) || await transactions.ReadAsync(http, parsed, ct) is not { } transaction)
            return Problem(ReasonCodes.TransactionMissing);
        PageLanguages.Wish(http, transaction.Request.UiLocales);
        var frame = problems.Frame(application: transaction.Request.ApplicationName);
        if (transaction.IsExpiredAt(clock.GetUtcNow()))
            return Problem(ReasonCodes.TransactionExpired, frame);
        if (transaction.Organization is not { } named || !await hosts.IsHomeAsync(http, named, ct))
            return Problem(ReasonCodes.TransactionMissing, frame);
        if (await organizations.GetAsync(named, ct) is not { IsActive: true } organization)
            return Problem(ReasonCodes.OrganizationDisabled, frame);
        var hidden = SignInWays.HidesPasswords(organization.Settings.SignIn, await upstream.HasProvidersAsync(named, ct));
        if (organization.AllowsPasswords && (!hidden || transaction.Request.WantsLocal))
            return new(new(transaction, organization, hidden), null);
        return HttpMethods.IsPost(http.Request.Method)
            ? new(null, await finish.RefuseAsync(http, transaction, named, connection: null, ReasonCodes.PasswordNotAllowed, ct: ct))
            : Problem(ReasonCodes.PasswordNotAllowed, frame);
    }

    private OpenedStep Problem(string reason, PageFrame? frame = null) => new(null, problems.For(reason, frame));
}
