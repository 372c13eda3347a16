using Anteroom.Protocols.OAuth;

namespace Anteroom.Server.Federation.Oidc.Token;

/// <summary>A grant waiting to be redeemed once (RFC 6749 §4.1.2): a handle, stored under its SHA-256, good for 60 seconds.</summary>
/// <param name="Facts">The grant and what is true of it at the moment of redemption.</param>
public sealed record AuthorizationCode(
    GrantFacts Facts,
    string ClientId,
    string RedirectUri,
    CodeChallenge Challenge,
    string? Nonce,
    DateTimeOffset ExpiresAt
)
{
    public const string Prefix = "ac";
}
