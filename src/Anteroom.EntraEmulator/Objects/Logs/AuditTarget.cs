namespace Anteroom.EntraEmulator.Objects.Logs;

/// <summary>What was changed.</summary>
/// <param name="Type"><c>User</c>, <c>Group</c>, <c>Application</c>, <c>ServicePrincipal</c>, …</param>
public sealed record AuditTarget(Guid Id, string Type, string? DisplayName)
{
    public string? UserPrincipalName { get; init; }
    public IReadOnlyList<ModifiedProperty> ModifiedProperties { get; init; } = [];
}
