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

    /// <summary>Whether its people may sign in with passkeys of ours, beside or in place of their provider (SEC-229).</summary>
    public bool AllowsPasskeys => Settings.SignIn.AllowPasskeys ?? IsPlatform;

    /// <summary>Whether its people may sign in with passwords of ours, beside or in place of their provider (SEC-229).</summary>
    public bool AllowsPasswords => Settings.SignIn.AllowPasswords ?? false;

    public bool IsActive => Status == OrganizationStatus.Active;
}
