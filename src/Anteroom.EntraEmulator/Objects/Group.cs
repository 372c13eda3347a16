namespace Anteroom.EntraEmulator.Objects;

public sealed record Group(Guid Id, Guid TenantId, string DisplayName)
{
    public string? Description { get; init; }
    public bool SecurityEnabled { get; init; } = true;
    public bool MailEnabled { get; init; }
}

/// <summary>A direct membership; a member is a user or another group.</summary>
public sealed record Membership(Guid GroupId, Guid MemberId)
{
    public string Key => $"{GroupId}/{MemberId}";
}
