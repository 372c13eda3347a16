namespace Anteroom.EntraEmulator.Objects;

/// <summary>A role that an application declares; people, groups and other applications are assigned to it.</summary>
public sealed record AppRole(Guid Id, string DisplayName, string Value, bool IsEnabled = true)
{
    public const string ForUsers = "User";
    public const string ForApplications = "Application";

    public string? Description { get; init; }

    /// <summary><c>User</c> (people and groups), <c>Application</c>, or both.</summary>
    public IReadOnlyList<string> AllowedMemberTypes { get; init; } = [ForUsers];
}
