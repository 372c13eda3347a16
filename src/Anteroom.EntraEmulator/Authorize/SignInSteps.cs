using Anteroom.EntraEmulator.Discovery;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Authorize;

/// <summary>What each page's answer changes, before <see cref="SignInFlow"/> decides again.</summary>
internal sealed class SignInSteps(
    EntraDirectory directory,
    SignInFlow flow,
    Accounts accounts,
    Browser browser,
    Consent consent,
    AuthorizeReplies replies,
    SignInPages pages,
    TimeProvider clock
)
{
    public async Task<IResult> UserNameAsync(HttpContext http, AuthorizeRequest request, FlowContext context, string name)
    {
        if (accounts.Find(name, request.Tenant) is not { } user)
        {
            var domain = name[(name.LastIndexOf('@') + 1)..];
            var directoryName = TenantSelector.Find(directory, domain)?.Name ?? request.Tenant.Name;
            return await pages.UserNameAsync(http, request, flow.Seal(context), name, Aadsts.UserNotFound(name, directoryName));
        }
        return await flow.AskForPasswordAsync(http, request, context with { AskedAccount = user.Id }, null);
    }

    public async Task<IResult> PasswordAsync(HttpContext http, AuthorizeRequest request, FlowContext context, string password)
    {
        if (context.AskedAccount is not { } asked || directory.Users.Find(asked) is not { } user)
            return await replies.PageAsync(http, Aadsts.WrongUserContext(), null);
        if (!Passwords.Matches(user.PasswordHash, password))
            return await flow.AskForPasswordAsync(http, request, context, Aadsts.WrongPassword());
        if (!user.AccountEnabled)
            return await replies.PageAsync(http, Aadsts.UserDisabled(), request.Target);

        browser.SignIn(http, user.Id);
        return await flow.AdvanceAsync(http, context with { ChosenAccount = user.Id, AuthenticatedAt = clock.GetUtcNow() });
    }

    public Task<IResult> AccountAsync(HttpContext http, FlowContext context, string chosen) =>
        flow.AdvanceAsync(
            http,
            Guid.TryParse(chosen, out var id)
                ? context with
                {
                    ChosenAccount = id,
                    AnotherAccount = false,
                }
                : context with
                {
                    AnotherAccount = true,
                    ChosenAccount = null,
                }
        );

    public async Task<IResult> ConsentAsync(HttpContext http, AuthorizeRequest request, FlowContext context, bool accepted, bool forAll)
    {
        if (!accepted)
            return await replies.RedirectAsync(http, Aadsts.ConsentDeclined(), request.Target);
        var account = browser.AccountsOf(http).FirstOrDefault(known => known.UserId == context.ChosenAccount);
        if (
            account is null
            || directory.Users.Find(account.UserId) is not { } user
            || !accounts.In(request.Tenant, user, request.Application).TryGet(out var presence, out _)
        )
            return await replies.PageAsync(http, Aadsts.WrongUserContext(), null);

        consent.Grant(
            presence.Tenant,
            request.Application,
            forAll && directory.IsGlobalAdministrator(presence.User) ? null : presence.User,
            request.Scopes.Consentable
        );
        return await flow.AdvanceAsync(http, context with { ConsentGiven = true });
    }

    public Task<IResult> StayAsync(HttpContext http, FlowContext context, bool stay)
    {
        if (stay)
            browser.Persist(http);
        return flow.AdvanceAsync(http, context with { StaySignedInAnswered = true });
    }
}
