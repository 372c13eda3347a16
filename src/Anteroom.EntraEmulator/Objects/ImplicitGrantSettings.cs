namespace Anteroom.EntraEmulator.Objects;

/// <summary>The two token boxes of the Authentication page.</summary>
public sealed record ImplicitGrantSettings
{
    /// <summary>The box "ID tokens (used for implicit and hybrid flows)".</summary>
    public bool EnableIdTokenIssuance { get; init; }

    /// <summary>The box "Access tokens (used for implicit flows)".</summary>
    public bool EnableAccessTokenIssuance { get; init; }
}
