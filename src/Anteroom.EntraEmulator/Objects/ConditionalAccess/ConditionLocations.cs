namespace Anteroom.EntraEmulator.Objects.ConditionalAccess;

/// <summary>Where a policy applies: ids of named locations, <c>All</c> or <c>AllTrusted</c>.</summary>
public sealed record ConditionLocations
{
    public IReadOnlyList<string> IncludeLocations { get; init; } = [];
    public IReadOnlyList<string> ExcludeLocations { get; init; } = [];
}
