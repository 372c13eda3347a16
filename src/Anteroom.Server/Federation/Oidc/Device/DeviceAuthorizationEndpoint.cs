using Anteroom.Server.Federation.Oidc.Clients;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Server.Federation.Oidc.Device;

/// <summary>The device authorization endpoint (RFC 8628 §3.1).</summary>
internal static class DeviceAuthorizationEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var begin = routes.ServiceProvider.GetRequiredService<BeginDeviceAuthorization>();
        ClientEndpoint.Map(
            routes,
            OidcPaths.DeviceAuthorization,
            fromBrowsers: false, // what has a browser has no need of a second one
            async (http, client, parameters, ct) =>
                (await begin.HandleAsync(client, parameters, http.Network(), ct)).TryGet(out var codes, out var error)
                    ? OAuthResults.Device(codes)
                    : OAuthResults.Error(error)
        );
    }
}
