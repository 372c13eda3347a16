namespace Anteroom.EntraEmulator.Objects;

/// <summary>An owner of an application, service principal or group.</summary>
public sealed record Ownership(Guid ObjectId, Guid OwnerId)
{
    public string Key => $"{ObjectId}/{OwnerId}";
}
