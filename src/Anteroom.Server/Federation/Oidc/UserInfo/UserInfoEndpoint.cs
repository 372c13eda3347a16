using Anteroom.Server.Federation.Applications;

namespace Anteroom.Server.Federation.Oidc.UserInfo;

/// <summary>The UserInfo endpoint (OIDC Core §5.3): who the bearer's token speaks of, as things are now.</summary>
internal static class UserInfoEndpoint
{
    private const string Scheme = "Bearer ";

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Post];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods(OidcPaths.UserInfo, Methods, HandleAsync).DisableAntiforgery();
        routes.MapMethods(OidcPaths.UserInfo, [HttpMethods.Options], Cors.Preflight("GET, POST", "Authorization, Content-Type"));
    }

    private static async Task<IResult> HandleAsync(HttpContext http, ReadUserInfo read, ApplicationStore applications, CancellationToken ct)
    {
        // RFC 6750 §2.1 alone: a token in a form or an address ends up in logs.
        if (http.Request.Headers.Authorization is not [{ } header] || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            await Cors.AllowRegisteredAsync(http, applications, ct);
            return OAuthResults.BearerError(null);
        }

        var outcome = await read.HandleAsync(header[Scheme.Length..], ct);
        if (!outcome.TryGet(out var info, out var refused))
        {
            await Cors.AllowRegisteredAsync(http, applications, ct);
            return OAuthResults.BearerError(refused);
        }
        if (await applications.FindByClientIdAsync(info.Facts.ClientId, ct) is { } application)
            Cors.Allow(http, application);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Bytes(info.Document, "application/json");
    }
}
