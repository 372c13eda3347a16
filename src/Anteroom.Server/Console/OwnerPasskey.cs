using Anteroom.Server.Audit;
using Anteroom.Server.Credentials.Passkeys;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Passkeys;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.Console;

/// <summary>From the owner link to the first administrator (SEC-266): the browser makes a passkey; then link, account, passkey, session and audit are one transaction.</summary>
internal sealed class OwnerPasskey(
    Database database,
    OwnerLinks links,
    PasskeyOffers offers,
    PasskeyEnrolment enrolment,
    Provisioner provisioner,
    FinishSignIn finish,
    SessionStore sessions,
    SessionCookies cookies,
    AuditTrail audit,
    FormGuard forms,
    CookieNames names,
    ProblemPages problems,
    TimeProvider clock
)
{
    public const string Path = OwnerLink.Path + "/passkey";
    public const string OptionsPath = Path + "/options";
    public const string UserNameField = "userName";
    public const string DisplayNameField = "displayName";

    /// <summary>Where the administrator goes from here.</summary>
    public const string ConsolePath = "/console";

    private const string PasskeyName = "First passkey";

    /// <summary>What the browser shall make. The link stays open: whoever gives up may try again.</summary>
    public async Task<IResult> BeginAsync(HttpContext http, CancellationToken ct)
    {
        if (!await forms.IsOurFormAsync(http))
            return problems.For(ReasonCodes.ForgerySuspected);
        var form = await http.Request.ReadFormAsync(ct);
        if (await links.FindAsync(form[OwnerLink.Parameter].ToString(), ct) is not { } link)
            return PasskeyAnswers.Refused(ReasonCodes.OwnerLinkInvalid);
        var (userName, displayName) = (form[UserNameField].ToString().Trim(), form[DisplayNameField].ToString().Trim());
        if (offers.PartyOf(http) is not { } party || BindingOf(http, link) is not { } binding || !IsPerson(userName, displayName))
            return PasskeyAnswers.Refused(ReasonCodes.ValidationFailed);

        var begun = await enrolment.BeginForNewAsync(http, party, OrganizationId.Platform, userName, displayName, binding, ct);
        return begun.TryGet(out var options, out var refusal) ? PasskeyAnswers.Options(options) : PasskeyAnswers.Refused(refusal.Reason);
    }

    public async Task<IResult> FinishAsync(HttpContext http, CancellationToken ct)
    {
        if (!await forms.IsOurFormAsync(http))
            return problems.For(ReasonCodes.ForgerySuspected);
        var form = await http.Request.ReadFormAsync(ct);
        if (await links.FindAsync(form[OwnerLink.Parameter].ToString(), ct) is not { } link)
            return problems.For(ReasonCodes.OwnerLinkInvalid);
        if (offers.PartyOf(http) is not { } party || BindingOf(http, link) is not { } binding)
            return problems.For(ReasonCodes.PasskeyNotAllowed);

        var json = form[PasskeyOffer.FieldName].ToString();
        var received = await enrolment.ReceiveAsync(http, party, OrganizationId.Platform, user: null, binding, json, ct);
        return received.TryGet(out var made, out var refusal)
            ? await MakeAsync(http, link, made, ct)
            : await RefuseAsync(http, refusal, ct);
    }

    private async Task<IResult> MakeAsync(HttpContext http, Handle link, MadePasskey made, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var givingUp = await sessions.TooManyWithAsync(http, OrganizationId.Platform, now, ct);
        await using var tx = await database.BeginAsync(OrganizationId.Platform, ct);
        if (await links.ConsumeAsync(tx, link, ct) is not { } id)
            return problems.For(ReasonCodes.OwnerLinkInvalid);

        var context = http.AuditContext(new Actor(ActorKind.OwnerLink, id, null));
        await audit.RecordAsync(tx, context, new("owner_link.used", AuditResult.Success, null, "link", id), ct);
        var provisioned = await provisioner.ApplyAsync(tx, FactsOf(made, now), AuthorityRules.Default, context, now, ct);
        if (!provisioned.TryGet(out var account, out var unfit))
            return problems.For(unfit.Code); // rolled back: the link is as open as before
        var user = account.User;
        var owner = new PasskeyOwner(tx.Organization, user.Id, user.UserName, user.DisplayName);
        var added = await enrolment.AddAsync(tx, owner, made, PasskeyName, context, ct);
        if (!added.TryGet(out var passkey, out var refusal))
            return problems.For(refusal.Reason);
        await links.ConsumeOthersAsync(tx, ct);

        var begun = await finish.BeginWithAsync(tx, http, user, made.BackupEligible, passkey.Id.ToString(), now, ct);
        if (!await begun.HoldsAsync(tx, ct))
            return problems.For(ReasonCodes.OrganizationDisabled);
        await tx.CommitAsync(ct);
        cookies.Write(http, begun.Cookie, givingUp);
        return new SeeOther(ConsolePath);
    }

    private static DirectoryFacts FactsOf(MadePasskey made, DateTimeOffset now) =>
        new(FactSource.Administrator, now)
        {
            UserName = made.UserName,
            MayCreate = true,
            AssignedRole = BuiltInRoles.Administrator,
            Attributes = new Dictionary<string, Fact>
            {
                [UserAttributes.DisplayName] = new(made.DisplayName),
                [UserAttributes.Email] = new(made.UserName),
            },
        };

    private async Task<IResult> RefuseAsync(HttpContext http, PasskeyRefusal refusal, CancellationToken ct)
    {
        var entry = new AuditEntry("passkey.refused", AuditResult.Refused, refusal.Reason)
        {
            Details = new Dictionary<string, object?> { ["check"] = refusal.Check },
        };
        await audit.RecordRefusalAsync(OrganizationId.Platform, http.AuditContext(Actor.Anonymous), entry, ct);
        return problems.For(refusal.Reason);
    }

    /// <summary>An e-mail address for a name, so that there is somewhere to write to; and what people call the person.</summary>
    private static bool IsPerson(string userName, string displayName) =>
        UserNames.IsValid(userName)
        && UserAttributes.Fault(UserAttributes.Email, userName) is null
        && displayName.Length > 0
        && UserAttributes.Fault(UserAttributes.DisplayName, displayName) is null;

    // The antiforgery cookie is the one thing that only this browser has before anybody is signed in.
    private CeremonyBinding? BindingOf(HttpContext http, Handle link) =>
        http.Request.Cookies[names.For(FormGuard.CookieName)] is { Length: > 0 } cookie
            ? CeremonyBinding.To("owner", link.Reveal(), cookie)
            : null;
}
