namespace Anteroom.EntraEmulator.Objects.Logs;

/// <summary>Who made a change: by their own hand, or an application as itself.</summary>
public sealed record AuditActor
{
    public Guid? UserId { get; init; }
    public string? UserPrincipalName { get; init; }
    public string? UserDisplayName { get; init; }
    public string? IpAddress { get; init; }
    public Guid? AppId { get; init; }
    public string? AppDisplayName { get; init; }
    public Guid? ServicePrincipalId { get; init; }
}
