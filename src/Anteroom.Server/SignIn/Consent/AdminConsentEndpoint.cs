using Anteroom.Server.Audit;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.SignIn.Consent;

/// <summary>Where Entra returns after admin consent: a page that says what happened and what comes next. It binds no tenant, stores nothing and signs nobody in (SEC-063).</summary>
internal sealed class AdminConsentEndpoint(
    AdminConsentLinks links,
    OrganizationDirectory organizations,
    AuditTrail audit,
    SignInPages pages,
    ProblemPages problems
)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(
            CallbackPaths.AdminConsent,
            (HttpContext http, AdminConsentEndpoint endpoint, CancellationToken ct) => endpoint.AnswerAsync(http, ct)
        );

    private async Task<IResult> AnswerAsync(HttpContext http, CancellationToken ct)
    {
        if (OrganizationHost.Of(http) is not null)
            return problems.NotFound();
        PagePolicy.Of(http).HideReferrer();
        var answer = AdminConsentAnswer.Read(http.Request.Query);
        var state = answer switch
        {
            AdminConsentAnswer.Granted granted => granted.State,
            AdminConsentAnswer.Refused refused => refused.State,
            _ => null,
        };
        if (state is null)
            return problems.For(ReasonCodes.CallbackInvalid);
        if (links.OrganizationOf(state) is not { } id || await organizations.GetAsync(id, ct) is not { IsActive: true } organization)
        {
            var entry = new AuditEntry("admin_consent.refused", AuditResult.Refused, ReasonCodes.AdminConsentUnknown);
            await audit.RecordRefusalAsync(OrganizationId.Platform, http.AuditContext(Actor.Anonymous), entry, ct);
            return problems.For(ReasonCodes.AdminConsentUnknown);
        }
        var model = new AdminConsentModel(
            problems.Frame(organization),
            answer is AdminConsentAnswer.Granted,
            (answer as AdminConsentAnswer.Refused)?.Aadsts?.ToString(),
            $"/console/organizations/{organization.Slug}/connections"
        );
        return new PageResult(context => pages.AdminConsentAsync(context, model));
    }
}
