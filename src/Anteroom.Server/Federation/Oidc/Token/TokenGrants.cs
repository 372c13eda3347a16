using System.Collections.Frozen;
using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation.Oidc.Clients;

namespace Anteroom.Server.Federation.Oidc.Token;

/// <summary>All grants that exist here, and the rule that they share: a client uses those that were registered for it (SEC-094).</summary>
/// <remarks>Errors: <c>invalid_request</c>, <c>unsupported_grant_type</c>, <c>unauthorized_client</c>, and those of the grant.</remarks>
public sealed class TokenGrants(IEnumerable<ITokenGrant> grants)
{
    private readonly FrozenDictionary<string, ITokenGrant> _grants = grants.ToFrozenDictionary(grant => grant.Type, StringComparer.Ordinal);

    /// <summary>The <c>grant_type</c> values, for the metadata.</summary>
    public IReadOnlyList<string> Types => [.. _grants.Keys.Order(StringComparer.Ordinal)];

    public async Task<Result<TokenResponse, OAuthError>> HandleAsync(
        OAuthParameters parameters,
        AuthenticatedClient client,
        CancellationToken ct
    )
    {
        if (!parameters.Require("grant_type").TryGet(out var type, out var missing))
            return missing;
        if (!_grants.TryGetValue(type, out var grant))
            return OAuthError.UnsupportedGrantType("The grant_type is not one of this server's.");
        if (!client.Application.Settings.Allows(type))
            return OAuthError.UnauthorizedClient("The application may not use this grant_type.");
        return await grant.HandleAsync(parameters, client, ct);
    }
}
