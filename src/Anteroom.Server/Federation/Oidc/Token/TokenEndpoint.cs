using Anteroom.Protocols.OAuth;
using Anteroom.Server.Audit;

namespace Anteroom.Server.Federation.Oidc.Token;

/// <summary>The token endpoint (RFC 6749 §3.2).</summary>
internal static class TokenEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(OidcPaths.Token, HandleAsync).DisableAntiforgery(); // called by programs, without cookies
        routes.MapMethods(OidcPaths.Token, [HttpMethods.Options], Cors.Preflight("POST", "Content-Type"));
    }

    private static async Task<IResult> HandleAsync(
        HttpContext http,
        ClientAuthenticator clients,
        RedeemAuthorizationCode redeem,
        RefreshAccess refresh,
        CancellationToken ct
    )
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
        Cors.Allow(http, client);
        if (!TokenRequest.Parse(parameters).TryGet(out var request, out var refused))
            return OAuthResults.Error(refused);

        var context = http.AuditContext(new Actor(ActorKind.Application, client.Id.Value, client.Name));
        var outcome = request switch
        {
            TokenRequest.RedeemCode code => await redeem.HandleAsync(code, client, context, ct),
            TokenRequest.Refresh token => await refresh.HandleAsync(token, client, context, ct),
            _ => throw new InvalidOperationException($"Nobody handles {request.GetType().Name}."),
        };
        return outcome.TryGet(out var tokens, out var error) ? OAuthResults.Tokens(tokens) : OAuthResults.Error(error);
    }
}
