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
)
{
    public bool IsV1 { get; init; }
    public ClientProof Proof { get; init; }

    /// <summary>Where the person's browser or device is.</summary>
    public string? Address { get; init; }
    public DateTimeOffset? MultiFactorAt { get; init; }

    /// <summary>All that were satisfied: what the optional claim <c>acrs</c> shows.</summary>
    public IReadOnlyList<string> AuthenticationContexts { get; init; } = [];
    public IReadOnlyList<string> ContextsInIdToken { get; init; } = [];
    public IReadOnlyList<string> ContextsInAccessToken { get; init; } = [];
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary><c>amr</c> of version 1 (entra-oidc.md §4.2).</summary>
    public IReadOnlyList<string> Methods => MultiFactorAt is not null ? ["pwd", "mfa"] : ["pwd"];

    /// <summary>The client can handle claims challenges.</summary>
    public bool HandlesChallenges => Capabilities.Contains("cp1", StringComparer.OrdinalIgnoreCase);
}

/// <param name="ExpiresIn">Seconds.</param>
internal sealed record IssuedAccessToken(string Token, int ExpiresIn);
