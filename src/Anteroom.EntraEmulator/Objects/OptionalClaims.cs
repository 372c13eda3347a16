namespace Anteroom.EntraEmulator.Objects;

/// <summary>"Token configuration" (entra-oidc.md §4.3). Claims of access tokens come from the resource, never from the client.</summary>
public sealed record OptionalClaims
{
    public IReadOnlyList<OptionalClaim> IdToken { get; init; } = [];
    public IReadOnlyList<OptionalClaim> AccessToken { get; init; } = [];
    public IReadOnlyList<OptionalClaim> Saml2Token { get; init; } = [];
}
