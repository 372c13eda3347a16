using Anteroom.EntraEmulator.Access;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Authorize;

/// <summary>The first factor: the password, its lock-out, and its end of life (entra-oidc.md §2.6 rows 50126 to 50057).</summary>
internal sealed class PasswordSteps(
    EntraDirectory directory,
    SignInFlow flow,
    PasswordCheck check,
    Browser browser,
    AuthorizeReplies replies,
    SignInPages pages,
    SignInRecorder recorder,
    TimeProvider clock
)
{
    public async Task<IResult> EnterAsync(HttpContext http, AuthorizeRequest request, FlowContext context, string password)
    {
        if (context.AskedAccount is not { } asked || directory.Users.Find(asked) is not { } user)
            return await replies.PageAsync(http, RequestErrors.WrongUserContext(), null);
        if (check.Try(user, password) is not { } refused)
            return await AcceptAsync(http, context, user);
        if (directory.Tenants.Find(user.TenantId) is { } tenant)
            recorder.Record(http, tenant, user, request.Application, error: refused);
        if (refused.TellsPasswordChange)
            return await pages.ChangePasswordAsync(http, user, flow.Seal(context), refused);
        return refused.Code == UserErrors.Disabled().Code
            ? await replies.PageAsync(http, refused, request.Target)
            : await flow.AskForPasswordAsync(http, request, context, refused);
    }

    /// <summary>"Update your password": old and new one in one form.</summary>
    public async Task<IResult> ChangeAsync(HttpContext http, FlowContext context, string current, string wanted, string repeated)
    {
        if (context.AskedAccount is not { } asked || directory.Users.Find(asked) is not { } user)
            return await replies.PageAsync(http, RequestErrors.WrongUserContext(), null);
        if (!Passwords.Matches(user.PasswordHash, current))
            return await pages.ChangePasswordAsync(http, user, flow.Seal(context), UserErrors.WrongCurrentPassword());
        if (wanted.Length < PasswordCheck.ShortestPassword || wanted == current || wanted != repeated)
            return await pages.ChangePasswordAsync(http, user, flow.Seal(context), UserErrors.WeakPassword());
        check.Change(user, wanted);
        return await AcceptAsync(http, context, user);
    }

    private async Task<IResult> AcceptAsync(HttpContext http, FlowContext context, User user)
    {
        browser.SignIn(http, user.Id);
        return await flow.AdvanceAsync(http, context with { ChosenAccount = user.Id, AuthenticatedAt = clock.GetUtcNow() });
    }
}
