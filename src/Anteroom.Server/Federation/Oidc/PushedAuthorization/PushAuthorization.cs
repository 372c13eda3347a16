using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation.Oidc.Authorize;
using Anteroom.Server.Federation.Oidc.Clients;

namespace Anteroom.Server.Federation.Oidc.PushedAuthorization;

/// <summary>Checks a pushed request as if it had come by the browser, and keeps it (RFC 9126 §2.1).</summary>
/// <remarks>Errors: those of the authorization endpoint, told to the client at once; <c>temporarily_unavailable</c> where its network has pushed its share.</remarks>
public sealed class PushAuthorization(PushedRequests requests)
{
    public async Task<Result<PushedAuthorizationResponse, OAuthError>> HandleAsync(
        HttpContext http,
        AuthenticatedClient client,
        OAuthParameters parameters,
        CancellationToken ct
    )
    {
        if (parameters["request_uri"] is not null)
            return OAuthError.InvalidRequest("A pushed request has no request_uri.");
        if (!AuthorizationRequestParser.Parse(parameters, client.Application, pushed: true).TryGet(out _, out var refused))
            return refused.Answer?.Error
                ?? OAuthError.InvalidRequest("The redirect_uri is missing or not registered for this application.");
        if (!(await OidcForms.ReadPairsAsync(http, ct)).TryGet(out var pairs, out var malformed))
            return malformed;
        return await requests.KeepAsync(http, client.Application, pairs, ct) is { } handle
            ? new PushedAuthorizationResponse(PushedRequests.UriPrefix + handle.Reveal(), (int)OidcLifetimes.PushedRequest.TotalSeconds)
            : OAuthError.TooManyRequests("Too many requests were pushed from this network. Wait a minute.");
    }
}
