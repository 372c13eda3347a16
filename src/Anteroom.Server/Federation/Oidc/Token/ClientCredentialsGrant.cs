using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Clients;

namespace Anteroom.Server.Federation.Oidc.Token;

/// <summary>An access token for a program that acts for itself (RFC 6749 §4.4). Nothing is written: the token says all there is to know.</summary>
/// <remarks>No refresh token (§4.4.3) and no id_token, for nobody signed in. Errors: <c>unauthorized_client</c>, <c>invalid_scope</c>, <c>invalid_target</c>.</remarks>
public sealed class ClientCredentialsGrant(TokenIssuer issuer, TimeProvider clock) : ITokenGrant
{
    public string Type => GrantType.ClientCredentials;

    public async Task<Result<TokenResponse, OAuthError>> HandleAsync(
        OAuthParameters parameters,
        AuthenticatedClient authenticated,
        CancellationToken ct
    )
    {
        var client = authenticated.Application;
        if (client.Kind != ClientKind.Confidential)
            return OAuthError.UnauthorizedClient("Only confidential clients act for themselves.");
        if (!ScopeSet.Parse(parameters["scope"] ?? string.Join(' ', client.Settings.Scopes)).TryGet(out var scope, out var malformed))
            return malformed;
        if (!scope.Items.All(client.Settings.Scopes.Contains))
            return OAuthError.InvalidScope("A scope is not registered for this application, or is about a person.");
        if (!ResourceIndicators.ReadOne(parameters, client).TryGet(out var asked, out var elsewhere))
            return elsewhere;
        return await issuer.IssueToClientAsync(client, scope, asked.Text ?? client.Audience, clock.GetUtcNow(), ct);
    }
}
