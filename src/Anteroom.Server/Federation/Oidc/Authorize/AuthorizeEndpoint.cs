using Anteroom.Protocols.OAuth;
using Anteroom.Server.Federation.Applications;
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
        if (!read.TryGet(out var pairs, out _) || !OAuthParameters.Read(pairs).TryGet(out _, out _))
            return problems.For(ReasonCodes.RequestInvalid);

        var next = await crossed.KeepAsync(http, OidcPaths.Authorize, pairs, ct);
        return next is null ? problems.For(ReasonCodes.TooManyRequests) : new SeeOther(next);
    }

    private static async Task<IResult> GetAsync(
        HttpContext http,
        CrossedRequests crossed,
        ApplicationStore applications,
        BeginAuthorization begin,
        ProblemPages problems,
        ILoggerFactory loggers,
        CancellationToken ct
    )
    {
        if (!(await crossed.ParametersAsync(http, OidcPaths.Authorize, ct)).TryGet(out var parameters, out var unreadable))
            return problems.For(unreadable.Reason);

        PageLanguages.Wish(http, parameters["ui_locales"]);
        var application = parameters["client_id"] is { } clientId ? await applications.FindByClientIdAsync(clientId, ct) : null;
        if (AuthorizationRequestParser.Parse(parameters, application).TryGet(out var request, out var refused))
            return await begin.HandleAsync(http, request, ct);

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
