using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.PushedAuthorization;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Federation.Oidc.Authorize;

/// <summary>The authorization endpoint (RFC 6749 §3.1, OIDC Core §3.1.2): by GET at once; by POST stored and continued with GET, so that our cookies come along (SEC-003).</summary>
internal static class AuthorizeEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(OidcPaths.Authorize, GetAsync);
        routes.MapPost(OidcPaths.Authorize, PostAsync).DisableAntiforgery(); // the form is the application's; it grants nothing (SEC-005)
    }

    private static async Task<IResult> PostAsync(HttpContext http, CrossedRequests crossed, ProblemPages problems, CancellationToken ct)
    {
        if (!OidcForms.HasForm(http.Request))
            return OAuthResults.UnsupportedMediaType();
        var read = await OidcForms.ReadPairsAsync(http, ct);
        if (!read.TryGet(out var pairs, out _) || !OidcForms.Parse(pairs).TryGet(out _, out _))
            return problems.For(ReasonCodes.RequestInvalid);

        var next = await crossed.KeepAsync(http, OidcPaths.Authorize, pairs, ct);
        return next is null ? problems.For(ReasonCodes.TooManyRequests) : new SeeOther(next);
    }

    private static async Task<IResult> GetAsync(
        HttpContext http,
        CrossedRequests crossed,
        PushedRequests pushedRequests,
        ApplicationStore applications,
        BeginAuthorization begin,
        ProblemPages problems,
        ILoggerFactory loggers,
        CancellationToken ct
    )
    {
        if (!(await crossed.ParametersAsync(http, OidcPaths.Authorize, ct)).TryGet(out var parameters, out var unreadable))
            return problems.For(unreadable.Reason);

        // What was pushed counts alone; whatever else stands in the address, somebody else may have written (RFC 9126 §4, RFC 9101 §6.3).
        Handle? pushed = null;
        if (parameters["request_uri"] is { } requestUri && requestUri.StartsWith(PushedRequests.UriPrefix, StringComparison.Ordinal))
        {
            PagePolicy.Of(http).HideReferrer(); // the address carries the handle
            pushed = PushedRequests.HandleOf(requestUri);
            if (pushed is null || await pushedRequests.FindAsync(pushed, parameters["client_id"], ct) is not { } kept)
                return problems.For(ReasonCodes.PushedRequestUnknown);
            parameters = kept;
        }

        PageLanguages.Wish(http, parameters["ui_locales"]);
        var application = parameters["client_id"] is { } clientId ? await applications.FindByClientIdAsync(clientId, ct) : null;
        if (AuthorizationRequestParser.Parse(parameters, application, pushed is not null).TryGet(out var request, out var refused))
            return await begin.HandleAsync(http, request with { Pushed = pushed }, ct);

        var log = loggers.CreateLogger(typeof(AuthorizeEndpoint).FullName!);
        if (refused.Answer is not var (target, error))
        {
            log.AuthorizationRefusedOnPage(refused.Page!);
            return problems.For(refused.Page!, problems.Frame(application: application?.Name));
        }
        log.AuthorizationRefused(application!.ClientId, error.Code, error.Description);
        return AuthorizationResponse.Error(target, application.Name, error, begin.Issuer);
    }
}
