using System.Text.Json;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Federation.Oidc.Discovery;

/// <summary>The discovery document (OIDC Discovery §4); written once, for it never changes while we run.</summary>
internal static class DiscoveryEndpoint
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var issuer = routes.ServiceProvider.GetRequiredService<AnteroomOptions>().Issuer;
        var document = JsonSerializer.SerializeToUtf8Bytes(DiscoveryDocument.For(issuer), OidcJson.Default.DiscoveryDocument);
        routes.MapMethods(
            OidcPaths.Discovery,
            Methods,
            async (HttpContext http, ApplicationStore applications, CancellationToken ct) =>
            {
                await Cors.AllowRegisteredAsync(http, applications, ct);
                await PublicDocument.WriteAsync(http, "application/json", document, ct);
            }
        );
        routes.MapMethods(OidcPaths.Discovery, [HttpMethods.Options], Cors.Preflight("GET", "Accept"));
    }
}
