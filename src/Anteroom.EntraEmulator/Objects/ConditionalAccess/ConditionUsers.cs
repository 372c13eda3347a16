namespace Anteroom.EntraEmulator.Objects.ConditionalAccess;

/// <summary>Whom a policy is for: object ids, <c>All</c>, <c>None</c> or <c>GuestsOrExternalUsers</c>; roles by template id.</summary>
public sealed record ConditionUsers
{
    public IReadOnlyList<string> IncludeUsers { get; init; } = [];
    public IReadOnlyList<string> ExcludeUsers { get; init; } = [];
    public IReadOnlyList<string> IncludeGroups { get; init; } = [];
    public IReadOnlyList<string> ExcludeGroups { get; init; } = [];
    public IReadOnlyList<string> IncludeRoles { get; init; } = [];
    public IReadOnlyList<string> ExcludeRoles { get; init; } = [];
}
