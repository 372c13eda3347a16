using Anteroom.EntraEmulator.Authorize;
using Anteroom.EntraEmulator.Tokens;

namespace Anteroom.EntraEmulator.Consenting;

/// <summary>Where an administrator consents for a whole tenant (entra-oidc.md §6.2): an ordinary sign-in with another end.</summary>
internal static class AdminConsentEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "/{tenant}/v2.0/adminconsent", isV1: false);
        Map(routes, "/{tenant}/adminconsent", isV1: true);
    }

    private static void Map(IEndpointRouteBuilder routes, string path, bool isV1) =>
        routes.MapGet(
            path,
            (HttpContext http, string tenant, SignInFlow flow, TimeProvider clock) =>
                flow.AdvanceAsync(
                    http,
                    new FlowContext(tenant, Requests.Read(http.Request.Query), Browser.IdOf(http), clock.GetUtcNow() + FlowContext.Life)
                    {
                        Purpose = FlowPurpose.AdminConsent,
                        IsV1 = isV1,
                    }
                )
        );
}
