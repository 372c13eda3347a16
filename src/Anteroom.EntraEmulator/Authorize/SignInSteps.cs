using Anteroom.EntraEmulator.Consenting;
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
    ConsentGate gate,
    ApprovalRequests approvals,
    GuestRedemption redemption,
    AuthorizeReplies replies,
    SignInPages pages,
    TimeProvider clock
)
{
    public async Task<IResult> UserNameAsync(HttpContext http, AuthorizeRequest request, FlowContext context, string name)
    {
        if (await flow.ProduceAsync(http, request, context, name) is { } produced)
            return produced;
        if (accounts.Find(name, request.Tenant) is not { } user)
        {
            var domain = name[(name.LastIndexOf('@') + 1)..];
            var directoryName = TenantSelector.Find(directory, domain)?.Name ?? request.Tenant.Name;
            return await pages.UserNameAsync(http, request, flow.Seal(context), name, UserErrors.NotFound(name, directoryName));
        }
        return await flow.AskForPasswordAsync(http, request, context with { AskedAccount = user.Id }, null);
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
                    AuthenticatedAt = null,
                    MultiFactorAt = null,
                }
        );

    /// <summary>The second factor was given, or refused.</summary>
    public async Task<IResult> FactorAsync(HttpContext http, FlowContext context, bool isApproved)
    {
        if (AccountOf(http, context) is not { } user)
            return await replies.PageAsync(http, RequestErrors.WrongUserContext(), null);
        if (!isApproved)
            return await pages.ApproveAsync(http, user, flow.Seal(context), PolicyErrors.MultiFactorDenied());
        var now = clock.GetUtcNow();
        browser.GaveFactor(http, user.Id);
        return await flow.AdvanceAsync(http, context with { MultiFactorAt = now });
    }

    /// <summary>Registers a telephone; the next page asks it at once.</summary>
    public async Task<IResult> EnrolAsync(HttpContext http, FlowContext context)
    {
        if (AccountOf(http, context) is not { } user)
            return await replies.PageAsync(http, RequestErrors.WrongUserContext(), null);
        directory.Write(changes => changes.Put(directory.Users, user with { IsMfaRegistered = true }));
        return await flow.AdvanceAsync(http, context);
    }

    public async Task<IResult> ConsentAsync(HttpContext http, AuthorizeRequest request, FlowContext context, bool accepted, bool forAll)
    {
        if (!accepted)
            return await DeclineAsync(http, request, context, PolicyErrors.ConsentDeclined());
        if (
            AccountOf(http, context) is not { } user
            || !accounts.In(request.Tenant, user, request.Application).TryGet(out var presence, out _)
            || gate.Next(request, context, presence).Page is not { Reason: null } page
        )
            return await replies.PageAsync(http, RequestErrors.WrongUserContext(), null);

        if (page.Kind == ConsentKind.Organization)
            consent.GrantForOrganization(presence.Tenant, request.Application, request.Scopes);
        else
            consent.Grant(
                presence.Tenant,
                request.Application,
                forAll && page.Kind == ConsentKind.Administrator ? null : presence.User,
                request.Scopes
            );
        return await flow.AdvanceAsync(http, context with { ConsentGiven = true });
    }

    /// <summary>"Need admin approval": back to the application.</summary>
    public Task<IResult> BackAsync(HttpContext http, AuthorizeRequest request, FlowContext context) =>
        DeclineAsync(
            http,
            request,
            context,
            PolicyErrors.AdminConsentRequired(request.Application.DisplayName) with
            {
                SubCode = "cancel",
            }
        );

    /// <summary>"Approval required": a request that an administrator finds, and back to the application.</summary>
    public async Task<IResult> ApprovalAsync(HttpContext http, AuthorizeRequest request, FlowContext context, string reason)
    {
        if (
            AccountOf(http, context) is not { } user
            || !accounts.In(request.Tenant, user, request.Application).TryGet(out var presence, out _)
            || gate.Next(request, context, presence).Page is not { Kind: ConsentKind.MayRequest } page
        )
            return await replies.PageAsync(http, RequestErrors.WrongUserContext(), null);
        if (string.IsNullOrWhiteSpace(reason))
            return await flow.AdvanceAsync(http, context);
        approvals.Ask(presence, request.Application, page.Scopes, reason.Trim());
        return await DeclineAsync(http, request, context, PolicyErrors.AdminApprovalRequested());
    }

    public async Task<IResult> InvitationAsync(HttpContext http, AuthorizeRequest request, FlowContext context, bool accepted)
    {
        if (!accepted)
            return await DeclineAsync(http, request, context, UserErrors.Cancelled());
        if (
            AccountOf(http, context) is not { } user
            || !accounts.In(request.Tenant, user, request.Application).TryGet(out var presence, out _)
        )
            return await replies.PageAsync(http, RequestErrors.WrongUserContext(), null);
        redemption.Accept(presence.User);
        return await flow.AdvanceAsync(http, context);
    }

    public async Task<IResult> DeviceAsync(HttpContext http, AuthorizeRequest request, FlowContext context, bool isContinued) =>
        isContinued
            ? await flow.AdvanceAsync(http, context with { DeviceConfirmed = true })
            : await DeclineAsync(http, request, context, UserErrors.Cancelled());

    public Task<IResult> StayAsync(HttpContext http, FlowContext context, bool stay)
    {
        if (stay)
            browser.Persist(http);
        return flow.AdvanceAsync(http, context with { StaySignedInAnswered = true });
    }

    /// <summary>The application hears of it; a device hears of it when it polls next.</summary>
    public Task<IResult> DeclineAsync(HttpContext http, AuthorizeRequest request, FlowContext context, AadstsError error) =>
        context.Purpose == FlowPurpose.Device
            ? flow.DeclineDeviceAsync(http, request, context)
            : replies.RedirectAsync(http, error, request.Target);

    private User? AccountOf(HttpContext http, FlowContext context)
    {
        var account = browser.AccountsOf(http).FirstOrDefault(known => known.UserId == context.ChosenAccount);
        return account is null ? null : directory.Users.Find(account.UserId);
    }
}
