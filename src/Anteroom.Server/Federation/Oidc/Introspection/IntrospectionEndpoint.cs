using Anteroom.Protocols.OAuth;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Clients;

namespace Anteroom.Server.Federation.Oidc.Introspection;

/// <summary>The introspection endpoint (RFC 7662 §2). Who cannot prove who it is may not ask.</summary>
internal static class IntrospectionEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var introspect = routes.ServiceProvider.GetRequiredService<IntrospectToken>();
        ClientEndpoint.Map(
            routes,
            OidcPaths.Introspection,
            fromBrowsers: false,
            async (_, client, parameters, ct) =>
            {
                if (client.Application.Kind != ClientKind.Confidential)
                    return OAuthResults.Error(OAuthError.InvalidClient("Only clients with a secret or key may introspect."));
                return parameters.Require("token").TryGet(out var token, out var missing)
                    ? OAuthResults.Introspection(await introspect.HandleAsync(token, client, ct))
                    : OAuthResults.Error(missing);
            }
        );
    }
}
