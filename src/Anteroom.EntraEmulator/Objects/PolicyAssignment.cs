namespace Anteroom.EntraEmulator.Objects;

/// <summary>A policy on an application or service principal.</summary>
public sealed record PolicyAssignment(Guid PolicyId, Guid ObjectId)
{
    public string Key => $"{PolicyId}/{ObjectId}";
}
