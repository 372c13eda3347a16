using System.Text.Json;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Token;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Server.Federation.Oidc.Discovery;

/// <summary>The discovery document, for clients of OpenID Connect (Discovery §4) and of OAuth alone (RFC 8414 §3); written once, for it never changes while we run.</summary>
internal static class DiscoveryEndpoint
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var described = DiscoveryDocument.For(
            services.GetRequiredService<AnteroomOptions>().Issuer,
            services.GetRequiredService<TokenGrants>().Types,
            [.. services.GetRequiredService<PageLanguages>().Available.Select(culture => culture.Name).Order(StringComparer.Ordinal)]
        );
        var document = JsonSerializer.SerializeToUtf8Bytes(described, OidcJson.Default.DiscoveryDocument);
        foreach (var path in (string[])[OidcPaths.Discovery, OidcPaths.OAuthMetadata])
        {
            routes.MapMethods(
                path,
                Methods,
                async (HttpContext http, ApplicationStore applications, CancellationToken ct) =>
                {
                    await Cors.AllowRegisteredAsync(http, applications, ct);
                    await PublicDocument.WriteAsync(http, "application/json", document, ct);
                }
            );
            routes.MapMethods(path, [HttpMethods.Options], Cors.Preflight("GET", "Accept"));
        }
    }
}
