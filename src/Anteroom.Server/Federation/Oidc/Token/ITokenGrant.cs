using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation.Oidc.Clients;

namespace Anteroom.Server.Federation.Oidc.Token;

/// <summary>One way to come by tokens (RFC 6749 §1.3). Who asks, and whether it may use this way, <see cref="TokenGrants"/> has settled before.</summary>
public interface ITokenGrant
{
    /// <summary>The value of <c>grant_type</c>.</summary>
    string Type { get; }

    Task<Result<TokenResponse, OAuthError>> HandleAsync(
        OAuthParameters parameters,
        AuthenticatedClient authenticated,
        CancellationToken ct
    );
}
