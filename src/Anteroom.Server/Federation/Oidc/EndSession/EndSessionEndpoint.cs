using Anteroom.Server.Federation.Oidc.Authorize;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.SignOut;

namespace Anteroom.Server.Federation.Oidc.EndSession;

/// <summary>The end-session endpoint (RP-Initiated Logout §2). A POST from another site is stored and continued with GET, as at the authorization endpoint.</summary>
internal static class EndSessionEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(OidcPaths.EndSession, GetAsync);
        routes.MapPost(OidcPaths.EndSession, PostAsync).DisableAntiforgery(); // the form is the application's; without a hint of ours we ask
    }

    private static async Task<IResult> PostAsync(HttpContext http, CrossedRequests crossed, ProblemPages problems, CancellationToken ct)
    {
        if (!OidcForms.HasForm(http.Request))
            return OAuthResults.UnsupportedMediaType();
        var read = await OidcForms.ReadPairsAsync(http, ct);
        if (!read.TryGet(out var pairs, out _) || !OidcForms.Parse(pairs).TryGet(out _, out _))
            return problems.For(ReasonCodes.RequestInvalid);

        var next = await crossed.KeepAsync(http, OidcPaths.EndSession, pairs, ct);
        return next is null ? problems.For(ReasonCodes.TooManyRequests) : new SeeOther(next);
    }

    private static async Task<IResult> GetAsync(
        HttpContext http,
        CrossedRequests crossed,
        CheckEndSession check,
        SignOutFlow flow,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        PagePolicy.Of(http).HideReferrer(); // the hint is in the address
        var found = await crossed.ParametersAsync(http, OidcPaths.EndSession, ct);
        if (!found.TryGet(out var parameters, out var refused))
            return problems.For(refused.Reason);
        PageLanguages.Wish(http, parameters["ui_locales"]); // RP-Initiated Logout §2
        var request = await check.HandleAsync(parameters, ct);
        return request is null ? problems.For(ReasonCodes.RequestInvalid) : await flow.BeginAsync(http, request, ct);
    }
}
