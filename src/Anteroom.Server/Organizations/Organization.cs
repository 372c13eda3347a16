using Anteroom.Server.Platform;

namespace Anteroom.Server.Organizations;

public enum OrganizationStatus
{
    Active,
    Disabled,
}

/// <summary>A customer, or the platform itself (design.md §2).</summary>
/// <param name="Slug">Host label; never changes.</param>
/// <param name="CompanyCode">Renewable; as shown. Compared by <see cref="CompanyCodes.Fold"/>.</param>
/// <param name="Version">Grows with each change; the ETag.</param>
public sealed record Organization(
    OrganizationId Id,
    string Slug,
    string Name,
    string? CompanyCode,
    OrganizationStatus Status,
    OrganizationSettings Settings,
    long Version,
    DateTimeOffset CreatedAt
)
{
    public bool IsPlatform => Id == OrganizationId.Platform;

    public bool IsActive => Status == OrganizationStatus.Active;
}
