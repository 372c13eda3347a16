namespace Anteroom.EntraEmulator.Objects;

/// <summary>What a person sent from the page "Approval required" (entra-oidc.md §6.4), until an administrator answers.</summary>
/// <param name="TenantId">The tenant of the person, whose administrators answer.</param>
/// <param name="AppId">Client id of the application.</param>
/// <param name="Scopes">What the sign-in asked for, by full name.</param>
/// <param name="Reason">The person's own words.</param>
public sealed record ApprovalRequest(
    Guid Id,
    Guid TenantId,
    Guid AppId,
    Guid UserId,
    IReadOnlyList<string> Scopes,
    string Reason,
    DateTimeOffset CreatedDateTime
)
{
    public const string Pending = "pending";
    public const string Approved = "approved";
    public const string Denied = "denied";

    /// <summary>Denied, and nobody may ask again: the application is disabled in the tenant.</summary>
    public const string Blocked = "blocked";

    public string State { get; init; } = Pending;
    public DateTimeOffset? ReviewedDateTime { get; init; }
}
