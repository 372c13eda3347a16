namespace Anteroom.EntraEmulator.Objects;

/// <summary>A user, group or service principal that has a role of a resource; <see cref="Guid.Empty"/> as role is the default access.</summary>
/// <param name="ServicePrincipalId">The resource's service principal (Graph: <c>resourceId</c>).</param>
public sealed record AppRoleAssignment(string Id, Guid ServicePrincipalId, Guid PrincipalId, Guid AppRoleId)
{
    public DateTimeOffset CreatedDateTime { get; init; }
}
