using Anteroom.EntraEmulator.Authorize;
using Anteroom.EntraEmulator.Signing;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>What the service itself wants to know of an access token when it comes back in an on-behalf-of request.</summary>
internal sealed record TokenState(
    Guid TenantId,
    Guid UserId,
    Guid AccountId,
    Guid Sid,
    DateTimeOffset AuthenticatedAt,
    DateTimeOffset? MultiFactorAt
);

/// <summary><c>aio</c>: opaque to everybody, and "internal to the service" (entra-oidc.md §4.2); here it carries the sign-in.</summary>
internal sealed class TokenStates(SealedValue sealedValue)
{
    private const string Purpose = "aio";

    public string Seal(TokenSubject subject) =>
        sealedValue.Seal(
            Purpose,
            new TokenState(
                subject.Tenant.Id,
                subject.User.Id,
                subject.AccountId,
                subject.Sid,
                subject.AuthenticatedAt,
                subject.MultiFactorAt
            ),
            SealedJson.Default.TokenState
        );

    public TokenState? Open(string text) => sealedValue.Open(Purpose, text, SealedJson.Default.TokenState);
}
