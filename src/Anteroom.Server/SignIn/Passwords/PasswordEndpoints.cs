using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Passkeys;
using Anteroom.Server.SignIn.Transactions;
using Anteroom.Server.SignIn.Upstream;

namespace Anteroom.Server.SignIn.Passwords;

/// <summary>The two questions of a sign-in with a password: the name, then the password.</summary>
internal sealed class PasswordEndpoints(
    PasswordSteps steps,
    PasswordSignIn signIn,
    UpstreamRedirect upstream,
    PasskeyOffers passkeys,
    TransactionCookies transactions,
    SignInPages pages,
    ProblemPages problems
)
{
    public async Task<IResult> ShowAsync(HttpContext http, CancellationToken ct)
    {
        var opened = await steps.OpenAsync(http, ct);
        if (opened.Step is not { } step)
            return opened.Problem!;
        var wantsAnother = http.Request.Query.ContainsKey(SignInPaths.OtherNameField) && PasswordSteps.MayBeAnother(step);
        return wantsAnother || await steps.NameOfAsync(step, ct) is not { } name
            ? await AskNameAsync(http, step, step.Transaction.Entry, isMissing: false, ct)
            : await AskPasswordAsync(http, step, name, PasswordAnswer.None, ct);
    }

    /// <summary>The name is taken as it is: whether anybody has it is not asked here (SEC-042).</summary>
    public async Task<IResult> NameAsync(HttpContext http, CancellationToken ct)
    {
        var opened = await steps.OpenFormAsync(http, ct);
        if (opened.Step is not { } step)
            return opened.Problem!;
        if (!PasswordSteps.MayBeAnother(step))
            return problems.For(ReasonCodes.AccountMismatch, steps.FrameOf(step));
        var typed = (await http.Request.ReadFormAsync(ct))[PasswordNameModel.FieldName].ToString().Trim();
        if (typed.Length is 0 or > PasswordNameModel.MaxLength)
            return await AskNameAsync(http, step, typed.Length == 0 ? null : typed[..PasswordNameModel.MaxLength], isMissing: true, ct);
        var named = step.Transaction with { Entry = typed, ExpectedUser = null };
        return await transactions.WriteAsync(http, named, ct)
            ? new SeeOther(SignInPaths.With(SignInPaths.Password, named.Id))
            : problems.For(ReasonCodes.TooManyRequests, steps.FrameOf(step));
    }

    public async Task<IResult> AnswerAsync(HttpContext http, CancellationToken ct)
    {
        var opened = await steps.OpenFormAsync(http, ct);
        if (opened.Step is not { } step)
            return opened.Problem!;
        if (await steps.NameOfAsync(step, ct) is not { } name)
            return new SeeOther(SignInPaths.With(SignInPaths.Password, step.Transaction.Id));
        var typed = (await http.Request.ReadFormAsync(ct))[PasswordModel.FieldName].ToString();
        if (typed.Length == 0)
            return await AskPasswordAsync(http, step, name, new(PasswordError.Missing), ct);
        return await signIn.HandleAsync(http, step, typed, answer => AskPasswordAsync(http, step, name, answer, ct), ct);
    }

    private async Task<IResult> AskNameAsync(HttpContext http, PasswordStep step, string? typed, bool isMissing, CancellationToken ct)
    {
        var model = new PasswordNameModel(
            steps.FrameOf(step),
            steps.FormOf(http, step, SignInPaths.PasswordName),
            typed,
            isMissing,
            await OtherWaysAsync(step, ct)
        )
        {
            Passkey = await passkeys.OfAsync(http, step.Transaction, ct),
        };
        return new PageResult(context => pages.PasswordNameAsync(context, model, RedirectsOf(step)));
    }

    private async Task<IResult> AskPasswordAsync(
        HttpContext http,
        PasswordStep step,
        string name,
        PasswordAnswer answer,
        CancellationToken ct
    )
    {
        var id = step.Transaction.Id;
        var model = new PasswordModel(
            steps.FrameOf(step),
            steps.FormOf(http, step, SignInPaths.Password),
            name,
            answer,
            SignInPaths.With(SignInPaths.ForgottenPassword, id),
            PasswordSteps.MayBeAnother(step) ? $"{SignInPaths.With(SignInPaths.Password, id)}&{SignInPaths.OtherNameField}=other" : null,
            await OtherWaysAsync(step, ct)
        )
        {
            Passkey = await passkeys.OfAsync(http, step.Transaction, ct),
        };
        return new PageResult(context => pages.PasswordAsync(context, model, RedirectsOf(step)));
    }

    private async Task<string?> OtherWaysAsync(PasswordStep step, CancellationToken ct) =>
        await upstream.HasProvidersAsync(step.Organization.Id, ct) ? SignInPaths.With(SignInPaths.Connection, step.Transaction.Id) : null;

    // The right password leads to the application at once.
    private static Uri[] RedirectsOf(PasswordStep step) => [new(step.Transaction.Request.ReturnTo)];
}
