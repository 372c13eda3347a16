namespace Anteroom.EntraEmulator.Objects.ConditionalAccess;

/// <summary>How long what was proven counts.</summary>
public sealed record SessionControls
{
    public SignInFrequency? SignInFrequency { get; init; }
}
