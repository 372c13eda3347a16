using Anteroom.EntraEmulator.Discovery;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Signing;

namespace Anteroom.EntraEmulator.Authorize;

/// <summary>
/// Decides what a sign-in needs next: an account, a password, consent, or nothing more. Runs anew after every page, from the sealed
/// <see cref="FlowContext"/> and the browser's session, so that no step can be skipped.
/// </summary>
internal sealed class SignInFlow(
    EntraDirectory directory,
    AuthorizeRequestParser parser,
    Accounts accounts,
    Browser browser,
    Consent consent,
    AuthorizeReplies replies,
    SignInPages pages,
    SealedValue sealedValue,
    TimeProvider clock
)
{
    public const string ContextPurpose = "flow";

    public async Task<IResult> AdvanceAsync(HttpContext http, FlowContext context)
    {
        if (!parser.Parse(context.Tenant, context.Parameters).TryGet(out var request, out var refusal))
            return await replies.RefuseAsync(http, refusal);

        // 1. Which account?
        var known = browser.AccountsOf(http);
        var account = Choose(request, context, known);
        if (account is null)
            return await AskForAccountAsync(http, request, context, known);

        // 2. Was the password given recently enough?
        if (NeedsPassword(request, context, account))
        {
            return request.IsSilent
                ? await replies.RedirectAsync(http, Aadsts.NotSignedIn(), request.Target)
                : await AskForPasswordAsync(http, request, context with { AskedAccount = account.UserId }, null);
        }

        // 3. May this account use the application in this tenant?
        var user = directory.Users.Find(account.UserId)!;
        if (!accounts.In(request.Tenant, user, request.Application).TryGet(out var presence, out var absent))
            return await RefuseUserAsync(http, request, absent, Aadsts.AccountSelectionRequired());
        if (!user.AccountEnabled || !presence.User.AccountEnabled)
            return await RefuseUserAsync(
                http,
                request,
                Aadsts.UserDisabled(),
                Aadsts.UserDisabled() with
                {
                    Error = "interaction_required",
                }
            );

        var principal = directory.FindServicePrincipal(presence.Tenant.Id, request.Application.AppId);
        if (principal is { AccountEnabled: false })
            return await replies.PageAsync(
                http,
                Aadsts.ServicePrincipalDisabled(request.Application.AppId, request.Application.DisplayName),
                request.Target
            );
        if (principal is { AppRoleAssignmentRequired: true } && !directory.AssignmentsFor(principal, presence.User).Any())
            return await RefuseUnassignedAsync(http, request, presence.User);

        // 4. Has somebody consented?
        if (!context.ConsentGiven && (request.Prompt.Contains("consent") || !consent.Covers(principal, presence.User, request.Scopes)))
        {
            return request.IsSilent
                ? await replies.RedirectAsync(
                    http,
                    Aadsts.ConsentRequired(request.Application.AppId, request.Application.DisplayName),
                    request.Target
                )
                : await pages.ConsentAsync(http, request, presence, Seal(context with { ChosenAccount = account.UserId }));
        }

        // 5. "Stay signed in?", asked only after a password and only where the tenant wants it.
        if (directory.Settings.AskToStaySignedIn && context is { AuthenticatedAt: not null, StaySignedInAnswered: false })
            return await pages.StaySignedInAsync(http, user, Seal(context));

        browser.Used(http, account, request.Application.AppId);
        return await replies.SucceedAsync(http, request, presence, account, context.Parameters["scope"]);
    }

    public string Seal(FlowContext context) => sealedValue.Seal(ContextPurpose, context, SealedJson.Default.FlowContext);

    public async Task<IResult> AskForPasswordAsync(HttpContext http, AuthorizeRequest request, FlowContext context, AadstsError? error)
    {
        var user = directory.Users.Find(context.AskedAccount!.Value)!;
        return await pages.PasswordAsync(http, request, user, Seal(context), error);
    }

    /// <summary>The account that this flow is about, if that is already decided (§2.1 prompt, login_hint, domain_hint).</summary>
    private SignedInAccount? Choose(AuthorizeRequest request, FlowContext context, IReadOnlyList<SignedInAccount> known)
    {
        if (context.ChosenAccount is { } chosen)
            return known.FirstOrDefault(account => account.UserId == chosen);
        if (context.AnotherAccount || request.Prompt.Contains("select_account"))
            return null;

        if (request.LoginHint is { Length: > 0 } hint)
        {
            var hinted = accounts.FindByHint(hint, request.Tenant);
            return hinted is null ? null : known.FirstOrDefault(account => account.UserId == hinted.Id);
        }
        if (request.Prompt.Contains("login"))
            return null;

        var fitting = Fitting(request, known);
        return fitting.Count == 1 && (request.IsSilent || IsIn(request, fitting[0])) ? fitting[0] : null;
    }

    /// <summary><c>domain_hint</c> leaves only the accounts of that domain's tenant.</summary>
    private List<SignedInAccount> Fitting(AuthorizeRequest request, IReadOnlyList<SignedInAccount> known)
    {
        var hinted = request.DomainHint is { } hint ? TenantSelector.Find(directory, hint)?.Tenant : null;
        return [.. known.Where(account => hinted is null || directory.Users.Find(account.UserId)?.TenantId == hinted.Id)];
    }

    private bool IsIn(AuthorizeRequest request, SignedInAccount account) =>
        directory.Users.Find(account.UserId) is { } user && accounts.In(request.Tenant, user, request.Application).TryGet(out _, out _);

    private bool NeedsPassword(AuthorizeRequest request, FlowContext context, SignedInAccount account)
    {
        if (context.AuthenticatedAt is not null)
            return false;
        if (request.Prompt.Contains("login"))
            return true;
        return directory.Settings.HonourMaxAge && request.MaxAge is { } maxAge && clock.GetUtcNow() - account.AuthenticatedAt >= maxAge;
    }

    private async Task<IResult> AskForAccountAsync(
        HttpContext http,
        AuthorizeRequest request,
        FlowContext context,
        IReadOnlyList<SignedInAccount> known
    )
    {
        if (request.IsSilent)
        {
            var error = known.Count == 0 || request.LoginHint is not null ? Aadsts.NotSignedIn() : Aadsts.AccountSelectionRequired();
            return await replies.RedirectAsync(http, error, request.Target);
        }

        // A hint names the person: straight to the password. It must not be combined with select_account, which then wins.
        var wantsChoice = request.Prompt.Contains("select_account");
        if (!context.AnotherAccount && !wantsChoice && request.LoginHint is { Length: > 0 } hint)
        {
            return accounts.FindByHint(hint, request.Tenant) is { } hinted
                ? await AskForPasswordAsync(http, request, context with { AskedAccount = hinted.Id }, null)
                : await pages.UserNameAsync(
                    http,
                    request,
                    Seal(context),
                    hint.StartsWith("O.", StringComparison.Ordinal) ? "" : hint,
                    null
                );
        }
        if (context.AnotherAccount || known.Count == 0)
            return await pages.UserNameAsync(http, request, Seal(context), "", null);
        return await pages.PickAccountAsync(http, request, known, Seal(context));
    }

    /// <summary>Class C: Entra's page, or with <c>prompt=none</c> a redirect (§2.5 D).</summary>
    private Task<IResult> RefuseUserAsync(HttpContext http, AuthorizeRequest request, AadstsError error, AadstsError silent) =>
        request.IsSilent ? replies.RedirectAsync(http, silent, request.Target) : replies.PageAsync(http, error, request.Target);

    private Task<IResult> RefuseUnassignedAsync(HttpContext http, AuthorizeRequest request, User user)
    {
        var error = Aadsts.NotAssigned(
            request.Application.AppId,
            request.Application.DisplayName,
            user.UserPrincipalName,
            silent: request.IsSilent
        );
        return directory.Settings.AssignmentErrorStaysOnPage && !request.IsSilent
            ? replies.PageAsync(http, error, request.Target)
            : replies.RedirectAsync(http, error, request.Target);
    }
}
