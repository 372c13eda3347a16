using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>For whom, to whom and with what scopes tokens are issued.</summary>
/// <param name="Tenant">The tenant signed in to; <paramref name="User"/> is its object there.</param>
/// <param name="AccountId">The home account.</param>
internal sealed record TokenSubject(
    Tenant Tenant,
    User User,
    Guid AccountId,
    Application Application,
    ScopeSet Scopes,
    DateTimeOffset AuthenticatedAt,
    Guid Sid
);

/// <param name="ExpiresIn">Seconds.</param>
internal sealed record IssuedAccessToken(string Token, int ExpiresIn);
