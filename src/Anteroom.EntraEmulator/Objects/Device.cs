namespace Anteroom.EntraEmulator.Objects;

/// <summary>A registered device: there so that groups can hold members that are no people.</summary>
public sealed record Device(Guid Id, Guid TenantId, string DisplayName)
{
    public Guid DeviceId { get; init; }
    public bool AccountEnabled { get; init; } = true;
    public string OperatingSystem { get; init; } = "Windows";
    public string? OperatingSystemVersion { get; init; }
    public DateTimeOffset CreatedDateTime { get; init; }
}
