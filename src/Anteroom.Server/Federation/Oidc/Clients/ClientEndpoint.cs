using Anteroom.Protocols.OAuth;

namespace Anteroom.Server.Federation.Oidc.Clients;

/// <summary>What an endpoint does with the request of a client that has proven who it is.</summary>
internal delegate Task<IResult> ClientRequestHandler(
    HttpContext http,
    AuthenticatedClient client,
    OAuthParameters parameters,
    CancellationToken ct
);

/// <summary>The endpoints that clients call with a form: all of them authenticate first (RFC 6749 §2.3), in the same way and before anything is looked at.</summary>
internal static class ClientEndpoint
{
    /// <param name="fromBrowsers">Whether scripts of registered browser applications may call it and read its answers (SEC-011).</param>
    public static void Map(IEndpointRouteBuilder routes, string path, bool fromBrowsers, ClientRequestHandler handle)
    {
        routes.MapPost(path, AnswerAsync).DisableAntiforgery(); // called by programs, without cookies
        if (fromBrowsers)
            routes.MapMethods(path, [HttpMethods.Options], Cors.Preflight("POST", "Content-Type"));

        async Task<IResult> AnswerAsync(HttpContext http, ClientAuthenticator clients, CancellationToken ct)
        {
            if (!OidcForms.HasForm(http.Request))
                return OAuthResults.UnsupportedMediaType();
            // RFC 6749 §2.3.1, §3.2: neither credentials nor anything else belongs in the address, where logs keep it.
            if (http.Request.QueryString.HasValue)
                return OAuthResults.Error(OAuthError.InvalidRequest("The parameters belong in the body."));
            if (!(await OidcForms.ReadAsync(http, ct)).TryGet(out var parameters, out var malformed))
                return OAuthResults.Error(malformed);
            if (!(await clients.AuthenticateAsync(http, parameters, ct)).TryGet(out var client, out var unauthenticated))
                return OAuthResults.Error(unauthenticated);
            if (fromBrowsers)
                Cors.Allow(http, client.Application);
            return await handle(http, client, parameters, ct);
        }
    }
}
