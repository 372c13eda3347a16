using System.Globalization;
using Anteroom.Server.Credentials.Passkeys;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Passkeys;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.Account.Access;

/// <summary>The page, or the form behind this address, changes what people prove themselves with (SEC-041).</summary>
internal sealed record SensitiveChange
{
    public static SensitiveChange Instance { get; } = new();
}

/// <summary>Stands before every account page: is it our form, is this the organization's host, who is there, and is their proof fresh (SEC-009, SEC-036, SEC-041, SEC-261).</summary>
internal sealed class AccountGate(
    SessionStore sessions,
    OrganizationDirectory organizations,
    OrganizationHosts hosts,
    UserStore users,
    PasskeyStore passkeys,
    PasskeyOffers offers,
    PageLanguages languages,
    FormGuard forms,
    ProblemPages problems,
    TimeProvider clock
) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var (http, ct) = (context.HttpContext, context.HttpContext.RequestAborted);
        var isRead = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        if (!isRead && !await forms.IsOurFormAsync(http)) // asked first, so that a forger learns nothing of the session
            return problems.For(ReasonCodes.ForgerySuspected);

        var slug = (string)http.Request.RouteValues["slug"]!;
        if (OrganizationHost.Of(http) is { } here && here.Slug != slug)
            return problems.NotFound(); // from one organization's host no way leads to another's
        var page = PagePath.Of(http, slug);
        var organization = await organizations.FindBySlugAsync(slug, ct);
        if (isRead && organization is not null && !hosts.IsHome(http, organization))
            return new SeeOther(hosts.OriginOf(organization) + PagePath.Address(organization.Slug, page));

        // An organization that does not exist looks like one without a session here (SEC-261).
        var now = clock.GetUtcNow();
        if (organization is null || await FindAsync(http, organization, now, ct) is not { } caller)
        {
            var entrance = AccountSignIn.AddressFor(slug, page, fresh: false);
            return isRead ? new SeeOther(entrance) : problems.For(ReasonCodes.SessionEnded, tryAgain: entrance);
        }
        http.Remember(caller);
        if (
            http.GetEndpoint()!.Metadata.GetMetadata<SensitiveChange>() is not null
            && await RefusalAsync(http, caller, now, ct) is { } refusal
        )
        {
            var again = AccountSignIn.AddressFor(organization.Slug, page, fresh: true);
            return isRead && refusal == ReasonCodes.AuthenticationTooOld
                ? new SeeOther(again)
                : problems.For(refusal, problems.Frame(organization), again);
        }

        // Endpoints choose words before the page is written.
        var language = languages.For(http);
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (language, language);
        return await next(context);
    }

    private async Task<AccountCaller?> FindAsync(HttpContext http, Organization organization, DateTimeOffset now, CancellationToken ct)
    {
        if (
            !hosts.IsHome(http, organization)
            || await sessions.FromCookieAsync(http, organization.Id, now, ct) is not { Session: { } session }
        )
            return null;
        if (await users.FindAsync(organization.Id, session.User, ct) is not { } user)
            return null;
        await sessions.KeepAliveAsync(session, now, ct);
        return new(organization, session, user);
    }

    private async Task<string?> RefusalAsync(HttpContext http, AccountCaller caller, DateTimeOffset now, CancellationToken ct)
    {
        var held = await passkeys.ListAsync(caller.Organization.Id, caller.User.Id, ct);
        var signsIn =
            caller.Organization.AllowsPasskeys && offers.PartyOf(http) is { } party
                ? held.Any(passkey => passkey.SuspendedAt is null && passkey.RelyingParty == party.Id)
                : false;
        return SensitiveProof.Refusal(caller.Session.Evidence, caller.Session.AuthenticatedAt, signsIn, now);
    }
}
