using Anteroom.Server.Federation.Oidc.Clients;

namespace Anteroom.Server.Federation.Oidc.PushedAuthorization;

/// <summary>The pushed authorization request endpoint (RFC 9126 §2).</summary>
internal static class PushedAuthorizationEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var push = routes.ServiceProvider.GetRequiredService<PushAuthorization>();
        ClientEndpoint.Map(
            routes,
            OidcPaths.PushedAuthorization,
            fromBrowsers: false,
            async (http, client, parameters, ct) =>
                (await push.HandleAsync(http, client, parameters, ct)).TryGet(out var pushed, out var error)
                    ? OAuthResults.Pushed(pushed)
                    : OAuthResults.Error(error)
        );
    }
}
