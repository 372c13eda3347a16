namespace Anteroom.EntraEmulator.Objects;

/// <summary>A role that is activated in a tenant: its object id differs per tenant, its template does not.</summary>
public sealed record DirectoryRole(Guid Id, Guid TenantId, Guid RoleTemplateId);
