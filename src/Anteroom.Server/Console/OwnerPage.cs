using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Console;

/// <summary>Where the owner link leads (SEC-266): a page that asks, then, once, the platform's first API key and what to do with it.</summary>
/// <remarks>Opening the link consumes nothing, since mail scanners open links too; pressing the button does, in one statement.</remarks>
internal sealed class OwnerPage(
    Database database,
    ApiKeys keys,
    AuditTrail audit,
    FormGuard forms,
    PageRenderer renderer,
    ProblemPages problems,
    AnteroomOptions options,
    TimeProvider clock
)
{
    private const string View = "/Console/Pages/Owner.cshtml";
    private static readonly TimeSpan KeyLife = TimeSpan.FromDays(30);

    public async Task<IResult> ShowAsync(HttpContext http, CancellationToken ct)
    {
        if (
            !Handle.TryParse(OwnerLink.Prefix, http.Request.Query[OwnerLink.Parameter].ToString(), out var link)
            || !await IsOpenAsync(link, ct)
        )
            return problems.For(ReasonCodes.OwnerLinkInvalid);
        return Page(new OwnerModel(problems.Frame(), FormOf(http, link), null, options.Issuer));
    }

    public async Task<IResult> EnterAsync(HttpContext http, CancellationToken ct)
    {
        if (!await forms.IsOurFormAsync(http))
            return problems.For(ReasonCodes.ForgerySuspected);
        var form = await http.Request.ReadFormAsync(ct);
        if (!Handle.TryParse(OwnerLink.Prefix, form[OwnerLink.Parameter].ToString(), out var link))
            return problems.For(ReasonCodes.OwnerLinkInvalid);

        await using var tx = await database.BeginAsync(OrganizationId.Platform, ct);
        var consumed = await tx.FirstAsync<Guid?>(
            """
            UPDATE one_time_links SET consumed_at = @now
             WHERE organization_id = @organization AND sha256 = @hash AND purpose = @purpose AND consumed_at IS NULL AND expires_at > @now
            RETURNING link_id
            """,
            new
            {
                hash = link.Sha256(),
                purpose = OwnerLink.Purpose,
                now = clock.GetUtcNow(),
            },
            ct
        );
        if (consumed is not { } id)
            return problems.For(ReasonCodes.OwnerLinkInvalid);

        var context = http.AuditContext(new Actor(ActorKind.OwnerLink, id, null));
        await audit.RecordAsync(tx, context, new("owner_link.used", AuditResult.Success, null, "link", id), ct);
        var (_, value) = await keys.CreateAsync(tx, "Owner", Permissions.OfPlatform, KeyLife, context, ct);
        await tx.CommitAsync(ct);
        return Page(new OwnerModel(problems.Frame(), null, value.Reveal(), options.Issuer));
    }

    private async Task<bool> IsOpenAsync(Handle link, CancellationToken ct) =>
        link.Organization == OrganizationId.Platform
        && await database
            .In(OrganizationId.Platform)
            .FirstAsync<bool>(
                """
                SELECT EXISTS (SELECT FROM one_time_links
                                WHERE organization_id = @organization AND sha256 = @hash AND purpose = @purpose
                                  AND consumed_at IS NULL AND expires_at > @now)
                """,
                new
                {
                    hash = link.Sha256(),
                    purpose = OwnerLink.Purpose,
                    now = clock.GetUtcNow(),
                },
                ct
            );

    private PostForm FormOf(HttpContext http, Handle link) =>
        new(OwnerLink.Path, [new(OwnerLink.Parameter, link.Reveal()), new(FormGuard.FieldName, forms.TokenFor(http))]);

    private PageResult Page(OwnerModel model) => new(http => renderer.WriteAsync(http, StatusCodes.Status200OK, View, model));
}
