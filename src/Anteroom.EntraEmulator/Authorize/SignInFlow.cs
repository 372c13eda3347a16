using Anteroom.EntraEmulator.Access;
using Anteroom.EntraEmulator.Consenting;
using Anteroom.EntraEmulator.DeviceCode;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Signing;

namespace Anteroom.EntraEmulator.Authorize;

/// <summary>
/// Decides what a sign-in needs next: an account, a password, a second factor, consent, or nothing more. Runs anew after every page, from
/// the sealed <see cref="FlowContext"/> and the browser's session, so that no step can be skipped.
/// </summary>
internal sealed class SignInFlow(
    EntraDirectory directory,
    FlowRequests requests,
    AccountSelection selection,
    Accounts accounts,
    Browser browser,
    ConditionalAccessRules rules,
    ConsentGate consent,
    FlowEnds ends,
    DeviceAuthorizations devices,
    AuthorizeReplies replies,
    SignInPages pages,
    SignInRecorder recorder,
    SealedValue sealedValue
)
{
    public const string ContextPurpose = "flow";

    public async Task<IResult> AdvanceAsync(HttpContext http, FlowContext context)
    {
        if (!requests.Read(context).TryGet(out var request, out var refusal))
            return await replies.RefuseAsync(http, refusal);

        // 1. Which account?
        var known = browser.AccountsOf(http);
        var account = selection.Choose(request, context, known);
        if (account is null)
            return await AskForAccountAsync(http, request, context, known);

        // 2. Was the password given recently enough?
        if (selection.NeedsPassword(request, context, account))
            return await AskAgainAsync(http, request, context, account);

        // 3. Is this account somebody in this tenant, and may it sign in?
        var user = directory.Users.Find(account.UserId)!;
        if (!accounts.In(request.Tenant, user, request.Application).TryGet(out var presence, out var absent))
            return await RefuseAsync(http, request, absent, UserErrors.AccountSelectionRequired());
        if (!user.AccountEnabled)
            return await RefuseAsync(http, request, UserErrors.Disabled(), presence: presence);
        if (!presence.User.AccountEnabled)
            return await RefuseAsync(http, request, UserErrors.GuestDisabled(), presence: presence);
        if (presence.User.ExternalUserState == User.PendingAcceptance)
            return await RedeemInvitationAsync(http, request, context, account, presence);

        // 4. Conditional Access: a block, a sign-in that is too old, a second factor.
        var decision = rules.Decide(Attempt(http, request, context, account, presence));
        if (decision.Refusal is { } blocked)
            return await RefuseAsync(http, request, blocked, presence: presence, decision: decision);
        if (decision.IsStale)
            return await AskAgainAsync(http, request, context, account);
        if (decision.NeedsMultiFactor)
            return await AskForFactorAsync(http, request, context, account, decision);

        // 5. May this account use the application, and has somebody consented?
        if (CheckAssignment(request, presence) is { } shutOut)
            return await RefuseAsync(http, request, shutOut, presence: presence, decision: decision);
        var step = consent.Next(request, context, presence);
        if (step.Refusal is { } refused)
            return await RefuseAsync(http, request, refused, presence: presence, decision: decision);
        if (step.Page is { } page)
            return await pages.ConsentAsync(http, request, presence, page, Seal(context with { ChosenAccount = account.UserId }));

        // 6. Questions without an effect on what is issued.
        var settled = context with
        {
            ChosenAccount = account.UserId,
        };
        if (context is { Purpose: FlowPurpose.Device, DeviceConfirmed: false })
            return await pages.ConfirmDeviceAsync(http, request, user, Seal(settled));
        if (directory.Settings.AskToStaySignedIn && context is { AuthenticatedAt: not null, StaySignedInAnswered: false })
            return await pages.StaySignedInAsync(http, user, Seal(settled));

        browser.Used(http, account, request.Application.AppId);
        var proven = account with { MultiFactorAt = context.MultiFactorAt ?? account.MultiFactorAt };
        recorder.Record(http, presence.Tenant, presence.User, request.Application, decision, isInteractive: !request.IsSilent);
        return await ends.FinishAsync(http, context, request, presence, proven, decision);
    }

    public string Seal(FlowContext context) => sealedValue.Seal(ContextPurpose, context, SealedJson.Default.FlowContext);

    public async Task<IResult> AskForPasswordAsync(HttpContext http, AuthorizeRequest request, FlowContext context, AadstsError? error)
    {
        var user = directory.Users.Find(context.AskedAccount!.Value)!;
        return await pages.PasswordAsync(http, request, user, Seal(context), error);
    }

    /// <summary>A user name of the catalogue: its refusal, at its place.</summary>
    public async Task<IResult?> ProduceAsync(HttpContext http, AuthorizeRequest request, FlowContext context, string name)
    {
        if (ErrorCatalogue.AskedBy(name) is not { } row)
            return null;
        var ids = RequestIds.Of(http);
        var tenant = request.Tenant.Name;
        var error = row.Make(new Circumstances(request.Application.AppId, request.Application.DisplayName, tenant, name, ids.At));
        return row.Place == Place.Inline && !request.IsSilent
            ? await pages.UserNameAsync(http, request, Seal(context), name, error)
            : await RefuseAsync(http, request, error, place: row.Place);
    }

    /// <summary>A device gets no redirect: it hears "declined" when it polls.</summary>
    public Task<IResult> DeclineDeviceAsync(HttpContext http, AuthorizeRequest request, FlowContext context)
    {
        devices.Decline(context.Parameters[DeviceRequests.Parameter]);
        return pages.DeviceDoneAsync(http, request, isApproved: false);
    }

    /// <summary>Class C: where the application hears of it and where it stays on the page is reported both ways (§2.5), hence the switch.</summary>
    private Task<IResult> RefuseAsync(
        HttpContext http,
        AuthorizeRequest request,
        AadstsError error,
        AadstsError? silent = null,
        Place? place = null,
        Presence? presence = null,
        AccessDecision? decision = null
    )
    {
        if (presence is not null)
            recorder.Record(http, presence.Tenant, presence.User, request.Application, decision, error, isInteractive: !request.IsSilent);
        if (request.IsSilent)
            return replies.RedirectAsync(http, silent ?? error with { RedirectError = error.SilentError }, request.Target);
        return ErrorPlaces.Of(directory.Settings, error.Code, place) == Place.Redirect
            ? replies.RedirectAsync(http, error, request.Target)
            : replies.PageAsync(http, error, request.Target);
    }

    private async Task<IResult> AskAgainAsync(HttpContext http, AuthorizeRequest request, FlowContext context, SignedInAccount account) =>
        request.IsSilent
            ? await replies.RedirectAsync(http, UserErrors.NotSignedIn(), request.Target)
            : await AskForPasswordAsync(http, request, context with { AskedAccount = account.UserId, AuthenticatedAt = null }, null);

    private async Task<IResult> AskForAccountAsync(
        HttpContext http,
        AuthorizeRequest request,
        FlowContext context,
        IReadOnlyList<SignedInAccount> known
    )
    {
        if (request.LoginHint is { } asked && await ProduceAsync(http, request, context, asked) is { } produced)
            return produced;
        if (request.IsSilent)
        {
            var error =
                known.Count == 0 || request.LoginHint is not null ? UserErrors.NotSignedIn() : UserErrors.AccountSelectionRequired();
            return await replies.RedirectAsync(http, error, request.Target);
        }

        // A hint names the person: straight to the password. It must not be combined with select_account, which then wins.
        var wantsChoice = request.Prompt.Contains("select_account");
        if (!context.AnotherAccount && !wantsChoice && request.LoginHint is { } hint)
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

    private async Task<IResult> AskForFactorAsync(
        HttpContext http,
        AuthorizeRequest request,
        FlowContext context,
        SignedInAccount account,
        AccessDecision decision
    )
    {
        var resource = request.Scopes.ResourceAppId.ToString();
        if (request.IsSilent)
        {
            var error = decision.NeedsEnrolment
                ? PolicyErrors.MultiFactorEnrolment(resource, decision.Challenge)
                : PolicyErrors.MultiFactorRequired(resource, decision.Challenge);
            return await replies.RedirectAsync(http, error, request.Target);
        }
        var user = directory.Users.Find(account.UserId)!;
        var next = Seal(context with { ChosenAccount = account.UserId });
        return decision.NeedsEnrolment ? await pages.EnrolAsync(http, user, next) : await pages.ApproveAsync(http, user, next, null);
    }

    private async Task<IResult> RedeemInvitationAsync(
        HttpContext http,
        AuthorizeRequest request,
        FlowContext context,
        SignedInAccount account,
        Presence presence
    )
    {
        if (request.IsSilent)
        {
            var pending = UserErrors.GuestPending(presence.User.UserPrincipalName, presence.Tenant.DisplayName);
            return await replies.RedirectAsync(http, pending, request.Target);
        }
        return await pages.ReviewInvitationAsync(http, presence, Seal(context with { ChosenAccount = account.UserId }));
    }

    private AadstsError? CheckAssignment(AuthorizeRequest request, Presence presence)
    {
        var application = request.Application;
        var principal = directory.FindServicePrincipal(presence.Tenant.Id, application.AppId);
        if (principal is { AccountEnabled: false })
            return RequestErrors.ServicePrincipalDisabled(application.AppId, application.DisplayName);
        return principal is { AppRoleAssignmentRequired: true } && !directory.AssignmentsFor(principal, presence.User).Any()
            ? PolicyErrors.NotAssigned(application.AppId, application.DisplayName, presence.User.UserPrincipalName)
            : null;
    }

    private static AccessAttempt Attempt(
        HttpContext http,
        AuthorizeRequest request,
        FlowContext context,
        SignedInAccount account,
        Presence presence
    ) =>
        new(presence.Tenant, presence.User, request.Resources, AccessAttempt.AddressOf(http), request.Claims?.AuthenticationContexts ?? [])
        {
            AuthenticatedAt = context.AuthenticatedAt ?? account.AuthenticatedAt,
            MultiFactorAt = context.MultiFactorAt ?? account.MultiFactorAt,
        };
}
