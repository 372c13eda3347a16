namespace Anteroom.EntraEmulator.Objects;

/// <summary>A delegated permission that an application exposes.</summary>
/// <param name="Value">The name in <c>scp</c>, for example <c>Files.Read</c>.</param>
public sealed record PermissionScope(Guid Id, string Value)
{
    public const string ForUsers = "User";
    public const string ForAdmins = "Admin";

    public string? AdminConsentDisplayName { get; init; }
    public string? AdminConsentDescription { get; init; }
    public string? UserConsentDisplayName { get; init; }
    public string? UserConsentDescription { get; init; }
    public bool IsEnabled { get; init; } = true;

    /// <summary>Who may consent: <c>User</c>, or <c>Admin</c> alone.</summary>
    public string Type { get; init; } = ForUsers;
}
