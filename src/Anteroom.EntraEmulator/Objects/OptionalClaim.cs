namespace Anteroom.EntraEmulator.Objects;

/// <summary>One optional claim with its modifiers.</summary>
public sealed record OptionalClaim(string Name)
{
    public IReadOnlyList<string> AdditionalProperties { get; init; } = [];
    public bool Essential { get; init; }

    /// <summary><c>user</c> for a directory extension, else null.</summary>
    public string? Source { get; init; }
}
