using Anteroom.Protocols.Jose;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Keys.Signing;

namespace Anteroom.Server.Federation.Oidc.Jwks;

/// <summary>The public keys that our tokens are verified with (RFC 7517 §5, OIDC Core §10.1.1).</summary>
internal static class JwksEndpoint
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods(
            OidcPaths.Jwks,
            Methods,
            async (HttpContext http, SigningKeys keys, ApplicationStore applications, CancellationToken ct) =>
            {
                var document = new JsonWebKeySet(await keys.PublishedAsync(ct)).ToUtf8();
                await Cors.AllowRegisteredAsync(http, applications, ct);
                await PublicDocument.WriteAsync(http, "application/jwk-set+json", document, ct);
            }
        );
        routes.MapMethods(OidcPaths.Jwks, [HttpMethods.Options], Cors.Preflight("GET", "Accept"));
    }
}
