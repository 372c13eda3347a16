using Anteroom.Server.Connections;

namespace Anteroom.Server.SignIn.Upstream;

/// <summary>The addresses at which providers answer, each by GET and by POST; without parameters each is also where their own sign-out ends (design.md §6).</summary>
internal static class CallbackRoutes
{
    public static void MapCallbacks(this IEndpointRouteBuilder routes)
    {
        Map("/sso/{key}/callback", (http, places, ct) => places.OfConnectionAsync(http, (string)http.Request.RouteValues["key"]!, ct));
        Map(CallbackPaths.Central, (http, _, _) => Task.FromResult(CallbackPlaces.Central(http)));
        Map(CallbackPaths.OrganizationHost, (http, _, _) => Task.FromResult(CallbackPlaces.OfOrganization(http)));
        routes.MapPost(
            SignInPaths.Token,
            (HttpContext http, BrowserRedemption browser, CancellationToken ct) => browser.AnswerAsync(http, ct)
        );

        void Map(string path, Func<HttpContext, CallbackPlaces, CancellationToken, Task<CallbackPlace?>> find)
        {
            routes.MapGet(
                path,
                async (HttpContext http, CallbackPlaces places, CallbackEndpoint callback, CancellationToken ct) =>
                    await callback.GetAsync(http, await find(http, places, ct), ct)
            );
            routes.MapPost(
                path,
                async (HttpContext http, CallbackPlaces places, CallbackEndpoint callback, CancellationToken ct) =>
                    await callback.PostAsync(http, await find(http, places, ct), ct)
            );
        }
    }
}
