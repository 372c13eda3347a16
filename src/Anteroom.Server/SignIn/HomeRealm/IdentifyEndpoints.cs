using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Passkeys;
using Anteroom.Server.SignIn.Transactions;
using Anteroom.Server.SignIn.Upstream;

namespace Anteroom.Server.SignIn.HomeRealm;

/// <summary>The first question: whose organization? One field for company code, user name or e-mail address.</summary>
internal sealed class IdentifyEndpoints(
    TransactionCookies transactions,
    HomeRealmDiscovery discovery,
    SignInDispatcher dispatcher,
    UpstreamRedirect upstream,
    LoginHosts loginHosts,
    PasskeyOffers passkeys,
    EntryLimiter limiter,
    FormGuard forms,
    SignInPages pages,
    ProblemPages problems,
    TimeProvider clock
)
{
    public async Task<IResult> ShowAsync(HttpContext http, CancellationToken ct) =>
        await OpenAsync(http, http.Request.Query[SignInPaths.TransactionField].ToString(), ct) switch
        {
            { Transaction: { } transaction } => await PageAsync(http, transaction, transaction.Request.LoginHint, IdentifyError.None, ct),
            var missing => missing.Problem!,
        };

    public async Task<IResult> AnswerAsync(HttpContext http, CancellationToken ct)
    {
        if (!await forms.IsOurFormAsync(http))
            return problems.For(ReasonCodes.ForgerySuspected);

        var form = await http.Request.ReadFormAsync(ct);
        var opened = await OpenAsync(http, form[SignInPaths.TransactionField].ToString(), ct);
        if (opened.Transaction is not { } transaction)
            return opened.Problem!;

        var typed = form[IdentifyModel.FieldName].ToString().Trim();
        if (typed.Length == 0)
            return await PageAsync(http, transaction, typed, IdentifyError.Missing, ct);
        if (!limiter.Admit(http.Network()))
            return await PageAsync(http, transaction, typed, IdentifyError.TooManyTries, ct);
        if (typed.Length > IdentifyModel.MaxLength)
            return await PageAsync(http, transaction, typed[..IdentifyModel.MaxLength], IdentifyError.Unknown, ct);

        return await discovery.ResolveAsync(typed, WithinOf(transaction), ct) switch
        {
            HomeRealm.Found found when await upstream.CanServeAsync(found.Organization.Id, ct) => await dispatcher.GoOnAsync(
                http,
                transaction with
                {
                    Organization = found.Organization.Id,
                    ExpectedUser = found.User,
                    Entry = typed.Contains('@', StringComparison.Ordinal) || found.User is not null ? typed : null,
                },
                found.Organization,
                ct
            ),
            HomeRealm.NeedsCompanyCode => await PageAsync(http, transaction, typed, IdentifyError.NeedsCompanyCode, ct),
            _ => await PageAsync(http, transaction, typed, IdentifyError.Unknown, ct),
        };
    }

    public async Task<IResult> ShowAccountsAsync(HttpContext http, CancellationToken ct)
    {
        var opened = await OpenAsync(http, http.Request.Query[SignInPaths.TransactionField].ToString(), ct);
        if (opened.Transaction is not { } transaction)
            return opened.Problem!;

        var choices = await dispatcher.ChoicesAsync(http, transaction, ct);
        var accounts = choices.Select(live => new AccountChoice(
            live.Session.Id.ToString(),
            live.DisplayName ?? live.UserName,
            live.UserName,
            live.OrganizationName
        ));
        var redirects = await RedirectsAsync(transaction, ct);
        return new PageResult(context =>
            pages.ChooseAccountAsync(
                context,
                new(FrameOf(transaction), FormOf(context, transaction, SignInPaths.Account), [.. accounts]),
                redirects
            )
        );
    }

    public async Task<IResult> ChooseAccountAsync(HttpContext http, CancellationToken ct)
    {
        if (!await forms.IsOurFormAsync(http))
            return problems.For(ReasonCodes.ForgerySuspected);

        var form = await http.Request.ReadFormAsync(ct);
        var opened = await OpenAsync(http, form[SignInPaths.TransactionField].ToString(), ct);
        if (opened.Transaction is not { } transaction)
            return opened.Problem!;

        var chosen = form[ChooseAccountModel.FieldName].ToString();
        if (SessionId.TryParse(chosen, out var session))
            return await dispatcher.ChooseAsync(http, transaction, session, ct);

        var anew = transaction with { ChoosesAccount = true };
        if (anew.Organization is not null)
            return await upstream.GoAsync(http, anew, ct);
        return await transactions.WriteAsync(http, anew, ct)
            ? new SeeOther(SignInPaths.With(SignInPaths.Identify, anew.Id))
            : problems.For(ReasonCodes.TooManyRequests);
    }

    /// <summary>From another way back to the question which one.</summary>
    public async Task<IResult> ShowConnectionsAsync(HttpContext http, CancellationToken ct)
    {
        var opened = await OpenAsync(http, http.Request.Query[SignInPaths.TransactionField].ToString(), ct);
        if (opened.Transaction is not { } transaction)
            return opened.Problem!;
        return transaction.Organization is null
            ? problems.For(ReasonCodes.TransactionMissing, FrameOf(transaction))
            : await upstream.GoAsync(http, transaction, ct);
    }

    /// <summary>Several connections are active: which one?</summary>
    public async Task<IResult> ChooseConnectionAsync(HttpContext http, CancellationToken ct)
    {
        if (!await forms.IsOurFormAsync(http))
            return problems.For(ReasonCodes.ForgerySuspected);

        var form = await http.Request.ReadFormAsync(ct);
        var opened = await OpenAsync(http, form[SignInPaths.TransactionField].ToString(), ct);
        return opened.Transaction is { } transaction
            ? await upstream.GoAsync(http, transaction, form[ChooseConnectionModel.FieldName].ToString(), ct)
            : opened.Problem!;
    }

    private sealed record Opened(SignInTransaction? Transaction, IResult? Problem);

    private async Task<Opened> OpenAsync(HttpContext http, string id, CancellationToken ct)
    {
        if (!TransactionId.TryParse(id, out var parsed) || await transactions.ReadAsync(http, parsed, ct) is not { } transaction)
            return new(null, problems.For(ReasonCodes.TransactionMissing));
        PageLanguages.Wish(http, transaction.Request.UiLocales);
        return transaction.IsExpiredAt(clock.GetUtcNow())
            ? new(null, problems.For(ReasonCodes.TransactionExpired, FrameOf(transaction)))
            : new(transaction, null);
    }

    private async Task<IResult> PageAsync(
        HttpContext http,
        SignInTransaction transaction,
        string? typed,
        IdentifyError error,
        CancellationToken ct
    )
    {
        var redirects = await RedirectsAsync(transaction, ct);
        var model = new IdentifyModel(FrameOf(transaction), FormOf(http, transaction, SignInPaths.Identify), typed, error)
        {
            Passkey = await passkeys.OfAsync(http, transaction, ct),
        };
        return new PageResult(context => pages.IdentifyAsync(context, model, redirects));
    }

    private PostForm FormOf(HttpContext http, SignInTransaction transaction, string action) =>
        new(action, [new(SignInPaths.TransactionField, transaction.Id.ToString()), new(FormGuard.FieldName, forms.TokenFor(http))]);

    private PageFrame FrameOf(SignInTransaction transaction) => problems.Frame(application: transaction.Request.ApplicationName);

    // The chain may end at once at the application, when the provider asks nothing either.
    private async Task<IReadOnlyList<Uri>> RedirectsAsync(SignInTransaction transaction, CancellationToken ct) =>
        [.. await loginHosts.ListAsync(ct), new Uri(transaction.Request.ReturnTo)];

    /// <summary>Where the request, the host or the application has said whose sign-in this is, no name leads elsewhere (SEC-038).</summary>
    private static OrganizationId? WithinOf(SignInTransaction transaction) =>
        transaction.Request.Organization
        ?? (
            transaction.Request.ApplicationOrganization == OrganizationId.Platform
                ? null
                : (OrganizationId?)transaction.Request.ApplicationOrganization
        );
}
