using Anteroom.Server.Audit;
using Anteroom.Server.Credentials.Passwords;
using Anteroom.Server.Credentials.Recovery;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.SignIn.Passwords;

/// <summary>Where a mailed link leads: to a page that sets a new password, once, and signs nobody in (SEC-226).</summary>
/// <remarks>The first answer takes the secret out of the address into a cookie, so that no later page, log or Referer has it.</remarks>
internal sealed class NewPasswordEndpoints(
    Database database,
    PasswordLinks links,
    OrganizationDirectory organizations,
    OrganizationHosts hosts,
    UserStore users,
    PasswordHashing hashing,
    WritePassword write,
    OffBoarding offBoarding,
    FormGuard forms,
    CookieNames names,
    SignInPages pages,
    ProblemPages problems,
    TimeProvider clock
)
{
    private const string Cookie = "password-link";
    private static readonly TimeSpan CookieLife = TimeSpan.FromMinutes(15);

    /// <summary>Consumes nothing: programs that look at mails come here too.</summary>
    public async Task<IResult> ArriveAsync(HttpContext http, CancellationToken ct)
    {
        PagePolicy.Of(http).HideReferrer(); // the address carries the secret
        if (
            !Handle.TryParse(PasswordLinks.Prefix, http.Request.Query[SignInPaths.LinkField].ToString(), out var link)
            || await OpenAsync(http, link, ct) is null
        )
            return Invalid(http);
        http.Response.Cookies.Append(names.For(Cookie), link.Reveal(), names.Options(SameSiteMode.Lax, CookieLife));
        return new SeeOther(SignInPaths.NewPassword);
    }

    public async Task<IResult> ShowAsync(HttpContext http, CancellationToken ct) =>
        await OpenAsync(http, LinkOf(http), ct) is { } opened ? Page(http, opened, null) : Invalid(http);

    public async Task<IResult> SetAsync(HttpContext http, CancellationToken ct)
    {
        if (!await forms.IsOurFormAsync(http))
            return problems.For(ReasonCodes.ForgerySuspected);
        var link = LinkOf(http);
        if (link is null || await OpenAsync(http, link, ct) is not { } opened)
            return Invalid(http);

        var form = await http.Request.ReadFormAsync(ct);
        var typed = form[NewPasswordModel.FieldName].ToString();
        var (password, fault) = PasswordRules.Judge(typed, OwnWords.Of(opened.Organization, opened.User));
        if (password is null)
            return Page(http, opened, fault);
        if (!string.Equals(form[NewPasswordModel.AgainFieldName].ToString(), typed, StringComparison.Ordinal))
            return Page(http, opened, PasswordFault.Mismatch);

        using var place = hashing.TryEnter();
        if (place is null)
            return problems.For(ReasonCodes.SignInBusy, FrameOf(opened));
        var hash = await place.HashAsync(password, ct);
        place.Dispose();
        return await FinishAsync(http, opened, link, hash, ct);
    }

    private async Task<IResult> FinishAsync(HttpContext http, Opened opened, Handle link, string hash, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var tx = await database.BeginAsync(opened.Organization.Id, ct);
        // The person first, as with every change of what somebody proves themselves with; then the link, which of two one uses up.
        if (await UserStore.LockAsync(tx, opened.User.Id, ct) is not { } user || user.IsBlockedFor(Channels.Web))
            return Invalid(http);
        if (await links.ConsumeAsync(tx, link, ct) is not { } used || used.User != user.Id)
            return Invalid(http);
        var context = http.AuditContext(new Actor(ActorKind.User, user.Id.Value, user.UserName));
        var recovers = used.Purpose == LinkPurpose.Recover;
        await write.HandleAsync(tx, opened.Organization, user, hash, recovers ? "password.recovered" : "password.set", context, now, ct);
        await offBoarding.EndAsync(tx, user.Id, recovers ? "password_recovered" : "password_set", context, now, ct);
        await tx.CommitAsync(ct);

        Forget(http);
        var frame = FrameOf(opened);
        return new PageResult(context => pages.PasswordSetAsync(context, new(frame)));
    }

    private sealed record Opened(Organization Organization, User User);

    /// <summary>Whose password the link sets, where it is open, on the host of its organization, and everybody concerned may still use it (SEC-039).</summary>
    private async Task<Opened?> OpenAsync(HttpContext http, Handle? link, CancellationToken ct)
    {
        if (link is null || !await hosts.IsHomeAsync(http, link.Organization, ct))
            return null;
        if (await organizations.GetAsync(link.Organization, ct) is not { IsActive: true, AllowsPasswords: true } organization)
            return null;
        return
            await links.FindAsync(link, ct) is { } open
            && await users.FindAsync(organization.Id, open.User, ct) is { } user
            && !user.IsBlockedFor(Channels.Web)
            ? new(organization, user)
            : null;
    }

    private Handle? LinkOf(HttpContext http) =>
        Handle.TryParse(PasswordLinks.Prefix, http.Request.Cookies[names.For(Cookie)], out var link) ? link : null;

    private PageResult Page(HttpContext http, Opened opened, PasswordFault? fault)
    {
        var form = new PostForm(SignInPaths.NewPassword, [new(FormGuard.FieldName, forms.TokenFor(http))]);
        var model = new NewPasswordModel(FrameOf(opened), form, opened.User.UserName, fault);
        return new(context => pages.NewPasswordAsync(context, model));
    }

    private IResult Invalid(HttpContext http)
    {
        Forget(http);
        return problems.For(ReasonCodes.PasswordLinkInvalid);
    }

    private void Forget(HttpContext http) =>
        http.Response.Cookies.Delete(names.For(Cookie), names.Options(SameSiteMode.Lax, TimeSpan.Zero));

    private PageFrame FrameOf(Opened opened) => problems.Frame(opened.Organization);
}
