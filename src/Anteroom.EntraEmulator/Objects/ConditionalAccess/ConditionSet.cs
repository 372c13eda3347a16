namespace Anteroom.EntraEmulator.Objects.ConditionalAccess;

/// <summary>When a policy applies.</summary>
public sealed record ConditionSet
{
    public ConditionUsers Users { get; init; } = new();
    public ConditionApplications Applications { get; init; } = new();

    /// <summary>Null: anywhere.</summary>
    public ConditionLocations? Locations { get; init; }
    public IReadOnlyList<string> ClientAppTypes { get; init; } = ["all"];
}
