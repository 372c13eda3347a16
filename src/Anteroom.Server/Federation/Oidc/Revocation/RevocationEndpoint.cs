using Anteroom.Server.Federation.Oidc.Clients;

namespace Anteroom.Server.Federation.Oidc.Revocation;

/// <summary>The revocation endpoint (RFC 7009 §2).</summary>
internal static class RevocationEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var revoke = routes.ServiceProvider.GetRequiredService<RevokeToken>();
        ClientEndpoint.Map(
            routes,
            OidcPaths.Revocation,
            fromBrowsers: true,
            async (_, client, parameters, ct) =>
            {
                if (!parameters.Require("token").TryGet(out var token, out var missing))
                    return OAuthResults.Error(missing);
                return await revoke.HandleAsync(token, client, ct) is { } refused ? OAuthResults.Error(refused) : OAuthResults.Done();
            }
        );
    }
}
