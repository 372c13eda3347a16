using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Passkeys;

namespace Anteroom.Server.Console;

/// <summary>Where the owner link leads (SEC-266): a page that makes the first administrator with a passkey (<see cref="OwnerPasskey"/>) or, where the browser has none, an API key, shown once.</summary>
internal sealed class OwnerPage(
    Database database,
    OwnerLinks links,
    ApiKeys keys,
    PasskeyOffers offers,
    AuditTrail audit,
    FormGuard forms,
    PageRenderer renderer,
    ProblemPages problems,
    AnteroomOptions options
)
{
    private const string View = "/Console/Pages/Owner.cshtml";
    private static readonly TimeSpan KeyLife = TimeSpan.FromDays(30);

    public async Task<IResult> ShowAsync(HttpContext http, CancellationToken ct)
    {
        if (await links.FindAsync(http.Request.Query[OwnerLink.Parameter].ToString(), ct) is not { } link)
            return problems.For(ReasonCodes.OwnerLinkInvalid);
        var passkey = offers.PartyOf(http) is null
            ? null
            : new PasskeyOffer(FormOf(http, OwnerPasskey.Path, link), OwnerPasskey.OptionsPath);
        return Page(new OwnerModel(problems.Frame(), FormOf(http, OwnerLink.Path, link), passkey, null, options.Issuer));
    }

    public async Task<IResult> EnterAsync(HttpContext http, CancellationToken ct)
    {
        if (!await forms.IsOurFormAsync(http))
            return problems.For(ReasonCodes.ForgerySuspected);
        var form = await http.Request.ReadFormAsync(ct);
        if (!Handle.TryParse(OwnerLink.Prefix, form[OwnerLink.Parameter].ToString(), out var link))
            return problems.For(ReasonCodes.OwnerLinkInvalid);

        await using var tx = await database.BeginAsync(OrganizationId.Platform, ct);
        if (await links.ConsumeAsync(tx, link, ct) is not { } id)
            return problems.For(ReasonCodes.OwnerLinkInvalid);

        var context = http.AuditContext(new Actor(ActorKind.OwnerLink, id, null));
        await audit.RecordAsync(tx, context, new("owner_link.used", AuditResult.Success, null, "link", id), ct);
        var (_, value) = await keys.CreateAsync(tx, "Owner", Permissions.OfPlatform, KeyLife, context, ct);
        await tx.CommitAsync(ct);
        return Page(new OwnerModel(problems.Frame(), null, null, value.Reveal(), options.Issuer));
    }

    private PostForm FormOf(HttpContext http, string action, Handle link) =>
        new(action, [new(OwnerLink.Parameter, link.Reveal()), new(FormGuard.FieldName, forms.TokenFor(http))]);

    private PageResult Page(OwnerModel model) => new(http => renderer.WriteAsync(http, StatusCodes.Status200OK, View, model));
}
