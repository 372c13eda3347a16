namespace Anteroom.EntraEmulator.Objects;

/// <summary>A directory role held by a user, group or service principal in the whole tenant.</summary>
public sealed record RoleAssignment(string Id, Guid TenantId, Guid PrincipalId, Guid RoleTemplateId);
