namespace Anteroom.EntraEmulator.Objects;

/// <summary>A direct membership; a member is a user, another group, a device or a service principal.</summary>
public sealed record Membership(Guid GroupId, Guid MemberId)
{
    public string Key => $"{GroupId}/{MemberId}";
}
