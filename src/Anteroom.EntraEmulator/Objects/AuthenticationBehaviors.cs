namespace Anteroom.EntraEmulator.Objects;

/// <summary>Switches of an application's tokens (entra-oidc.md §5).</summary>
public sealed record AuthenticationBehaviors
{
    /// <summary>Multi-tenant applications get no mail address whose domain owner is unverified, unless this is false.</summary>
    public bool? RemoveUnverifiedEmailClaim { get; init; }
}
