using Anteroom.Server.Credentials.Recovery;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.SignIn.Passwords;

/// <summary>"Forgot your password?": asks for a mail. The answer is one page, whether there is such an account or not (SEC-042, SEC-227).</summary>
internal sealed class RecoveryEndpoints(PasswordSteps steps, RecoveryRequests requests, SignInPages pages)
{
    public async Task<IResult> ShowAsync(HttpContext http, CancellationToken ct)
    {
        var opened = await steps.OpenAsync(http, ct);
        if (opened.Step is not { } step)
            return opened.Problem!;
        if (await steps.NameOfAsync(step, ct) is not { } name)
            return new SeeOther(SignInPaths.With(SignInPaths.Password, step.Transaction.Id));
        var model = new ForgottenPasswordModel(
            steps.FrameOf(step),
            steps.FormOf(http, step, SignInPaths.ForgottenPassword),
            name,
            SignInPaths.With(SignInPaths.Password, step.Transaction.Id)
        );
        return new PageResult(context => pages.ForgottenPasswordAsync(context, model));
    }

    /// <summary>Nothing of the form says where the mail goes, or what its link is (SEC-226).</summary>
    public async Task<IResult> AskAsync(HttpContext http, CancellationToken ct)
    {
        var opened = await steps.OpenFormAsync(http, ct);
        if (opened.Step is not { } step)
            return opened.Problem!;
        var holder = await steps.HolderOfAsync(step, ct);
        await requests.AddAsync(http, step.Organization.Id, holder?.User, ct);
        var model = new RecoverySentModel(steps.FrameOf(step), SignInPaths.With(SignInPaths.Password, step.Transaction.Id));
        return new PageResult(context => pages.RecoverySentAsync(context, model));
    }
}
