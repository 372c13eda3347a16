using Anteroom.Server.Account.Access;
using Anteroom.Server.Account.Frame;
using Anteroom.Server.Audit;
using Anteroom.Server.Credentials.Passkeys;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Passkeys;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.Account.Ways;

/// <summary>Adds, renames and removes the person's own passkeys, right after a sign-in (SEC-041, SEC-225).</summary>
internal static class PasskeyPages
{
    public const string NameField = "name";
    private const string Add = "/ways/passkeys/add";
    private const string Options = "/ways/passkeys/options";
    private const string Rename = "/ways/passkeys/{id}/rename";
    private const string Remove = "/ways/passkeys/{id}/remove";

    public static void Map(RouteGroupBuilder account)
    {
        account.MapGet(Add, ShowAddAsync).Sensitive();
        account.MapPost(Options, BeginAsync); // a script asks, which a page would not help: the enrolment itself refuses a late proof
        account.MapPost(Add, AddAsync).Sensitive();
        account.MapGet(Rename, ShowRenameAsync).Sensitive();
        account.MapPost(Rename, RenameAsync).Sensitive();
        account.MapGet(Remove, ShowRemoveAsync).Sensitive();
        account.MapPost(Remove, RemoveAsync).Sensitive();
    }

    private static async Task<IResult> ShowAddAsync(
        HttpContext http,
        PasskeyOffers offers,
        AccountPages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        if (!await offers.AreMadeAsync(http, http.Person().Organization.Id, ct))
            return problems.For(ReasonCodes.PasskeyNotAllowed);
        return AddForm(http, pages, pages.Words(BrowserKind.Of(http.Request.Headers.UserAgent)), nameIsWrong: false);
    }

    /// <summary>What the browser shall ask its authenticator to make.</summary>
    private static async Task<IResult> BeginAsync(HttpContext http, PasskeyOffers offers, PasskeyEnrolment enrolment, CancellationToken ct)
    {
        var (caller, user) = (http.Person(), http.Person().User);
        if (offers.PartyOf(http) is not { } party || !await offers.AreMadeAsync(http, caller.Organization.Id, ct))
            return PasskeyAnswers.Refused(ReasonCodes.PasskeyNotAllowed);
        var owner = new PasskeyOwner(user.Organization, user.Id, user.UserName, user.DisplayName);
        var begun = await enrolment.BeginAsync(http, party, owner, BindingOf(caller), caller.Session.AuthenticatedAt, ct);
        return begun.TryGet(out var options, out var refusal) ? PasskeyAnswers.Options(options) : PasskeyAnswers.Refused(refusal.Reason);
    }

    private static async Task<IResult> AddAsync(
        HttpContext http,
        PasskeyOffers offers,
        PasskeyEnrolment enrolment,
        OwnPasskeys passkeys,
        PageLanguages languages,
        AuditTrail audit,
        AccountPages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        var caller = http.Person();
        var form = await http.Request.ReadFormAsync(ct);
        var name = form[NameField].ToString().Trim();
        if (offers.PartyOf(http) is not { } party || !await offers.AreMadeAsync(http, caller.Organization.Id, ct))
            return problems.For(ReasonCodes.PasskeyNotAllowed);
        if (!ChangePasskeys.IsName(name))
            return AddForm(http, pages, name, nameIsWrong: true);

        var json = form[PasskeyOffer.FieldName].ToString();
        var received = await enrolment.ReceiveAsync(http, party, caller.Organization.Id, caller.User.Id, BindingOf(caller), json, ct);
        if (!received.TryGet(out var made, out var refusal))
        {
            var entry = new AuditEntry("passkey.refused", AuditResult.Refused, refusal.Reason, "user", caller.User.Id.Value)
            {
                Details = new Dictionary<string, object?> { ["check"] = refusal.Check },
            };
            await audit.RecordRefusalAsync(caller.Organization.Id, caller.Audit(http), entry, ct);
            return Refused(problems, caller, refusal, "ways/passkeys/add");
        }
        var added = await passkeys.AddAsync(caller.Holder(http, languages.For(http).Name), made, name, ct);
        return added.TryGet(out _, out var why)
            ? AccountPages.Back(http, WaysPage.Page, "passkey.added")
            : Refused(problems, caller, why, "ways/passkeys/add");
    }

    private static async Task<IResult> ShowRenameAsync(
        string id,
        HttpContext http,
        PasskeyStore passkeys,
        AccountPages pages,
        ProblemPages problems,
        CancellationToken ct
    ) =>
        await FindAsync(http, passkeys, id, ct) is { } passkey
            ? RenameForm(http, pages, passkey, passkey.Name, nameIsWrong: false)
            : problems.NotFound();

    private static async Task<IResult> RenameAsync(
        string id,
        HttpContext http,
        PasskeyStore store,
        OwnPasskeys passkeys,
        PageLanguages languages,
        AccountPages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        if (await FindAsync(http, store, id, ct) is not { } passkey)
            return problems.NotFound();
        var name = (await http.Request.ReadFormAsync(ct))[NameField].ToString().Trim();
        if (!ChangePasskeys.IsName(name))
            return RenameForm(http, pages, passkey, name, nameIsWrong: true);
        var caller = http.Person();
        return await passkeys.RenameAsync(caller.Holder(http, languages.For(http).Name), passkey.Id, name, ct) is { } refusal
            ? Refused(problems, caller, refusal, WaysPage.Page)
            : AccountPages.Back(http, WaysPage.Page, "passkey.renamed");
    }

    private static async Task<IResult> ShowRemoveAsync(
        string id,
        HttpContext http,
        PasskeyStore passkeys,
        OtherWays otherWays,
        AccountPages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        var caller = http.Person();
        if (await FindAsync(http, passkeys, id, ct) is not { } passkey)
            return problems.NotFound();
        var others = (await passkeys.ListAsync(caller.Organization.Id, caller.User.Id, ct)).Count(other =>
            other.Id != passkey.Id && other.SuspendedAt is null
        );
        var besides = await otherWays.CountAsync(caller, ct);
        var frame = pages.Frame(http, "Remove.Title", WaysPage.Page);
        return pages.Show("RemovePasskey", new RemovePasskeyModel(frame, passkey, others == 0 && besides == 0));
    }

    private static async Task<IResult> RemoveAsync(
        string id,
        HttpContext http,
        OwnPasskeys passkeys,
        PageLanguages languages,
        AccountPages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        if (!PasskeyId.TryParse(id, out var passkey))
            return problems.NotFound();
        var caller = http.Person();
        return await passkeys.RemoveAsync(caller.Holder(http, languages.For(http).Name), passkey, ct) is { } refusal
            ? Refused(problems, caller, refusal, WaysPage.Page)
            : pages.Ended(http, "Ended.PasskeyRemoved");
    }

    /// <summary>One of the person's own; of anybody else's it is not even said that it exists (SEC-261).</summary>
    private static async Task<Passkey?> FindAsync(HttpContext http, PasskeyStore passkeys, string id, CancellationToken ct) =>
        PasskeyId.TryParse(id, out var wanted)
            ? (await passkeys.ListAsync(http.Person().Organization.Id, http.Person().User.Id, ct)).FirstOrDefault(passkey =>
                passkey.Id == wanted
            )
            : null;

    private static IResult Refused(ProblemPages problems, AccountCaller caller, PasskeyRefusal refusal, string page) =>
        refusal.Reason switch
        {
            ReasonCodes.NotFound => problems.NotFound(),
            ReasonCodes.AuthenticationTooOld or ReasonCodes.SessionEnded => problems.For(
                refusal.Reason,
                tryAgain: AccountSignIn.AddressFor(caller.Organization.Slug, page, fresh: true)
            ),
            _ => problems.For(refusal.Reason, problems.Frame(caller.Organization), caller.Address(page)),
        };

    private static IResult AddForm(HttpContext http, AccountPages pages, string name, bool nameIsWrong)
    {
        var (frame, caller) = (pages.Frame(http, "Add.Title", WaysPage.Page), http.Person());
        var offer = new PasskeyOffer(
            new(caller.Address("ways/passkeys/add"), [new(FormGuard.FieldName, frame.FormToken)]),
            caller.Address("ways/passkeys/options")
        );
        return pages.Show("AddPasskey", new AddPasskeyModel(frame, offer, name, nameIsWrong), StatusOf(nameIsWrong));
    }

    private static IResult RenameForm(HttpContext http, AccountPages pages, Passkey passkey, string typed, bool nameIsWrong) =>
        pages.Show(
            "RenamePasskey",
            new RenamePasskeyModel(pages.Frame(http, "Rename.Title", WaysPage.Page), passkey, typed, nameIsWrong),
            StatusOf(nameIsWrong)
        );

    private static int StatusOf(bool nameIsWrong) => nameIsWrong ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK;

    // Only the browser that holds the session's cookie can be in this session (SEC-219).
    private static CeremonyBinding BindingOf(AccountCaller caller) => CeremonyBinding.To("account", caller.Session.Id.ToString());
}

/// <param name="Typed">The name: a suggestion, or what was typed.</param>
internal sealed record AddPasskeyModel(AccountFrame Frame, PasskeyOffer Offer, string Typed, bool NameIsWrong) : IAccountPage;

internal sealed record RenamePasskeyModel(AccountFrame Frame, Passkey Passkey, string Typed, bool NameIsWrong) : IAccountPage;

/// <param name="IsOnlyWay">Whether nothing else would let the person in again.</param>
internal sealed record RemovePasskeyModel(AccountFrame Frame, Passkey Passkey, bool IsOnlyWay) : IAccountPage;
