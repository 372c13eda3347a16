namespace Anteroom.EntraEmulator.Objects.ConditionalAccess;

/// <summary>Which applications a policy guards: client ids, <c>All</c> or <c>None</c>; or authentication contexts (<c>c1</c>).</summary>
public sealed record ConditionApplications
{
    public IReadOnlyList<string> IncludeApplications { get; init; } = [];
    public IReadOnlyList<string> ExcludeApplications { get; init; } = [];
    public IReadOnlyList<string> IncludeAuthenticationContextClassReferences { get; init; } = [];
}
