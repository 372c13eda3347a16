using Anteroom.Server.Federation.Oidc.Clients;

namespace Anteroom.Server.Federation.Oidc.Token;

/// <summary>The token endpoint (RFC 6749 §3.2).</summary>
internal static class TokenEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var grants = routes.ServiceProvider.GetRequiredService<TokenGrants>();
        ClientEndpoint.Map(
            routes,
            OidcPaths.Token,
            fromBrowsers: true,
            async (_, client, parameters, ct) =>
                (await grants.HandleAsync(parameters, client, ct)).TryGet(out var tokens, out var error)
                    ? OAuthResults.Tokens(tokens)
                    : OAuthResults.Error(error)
        );
    }
}
