namespace Anteroom.EntraEmulator.Objects;

/// <summary>One asked permission: <c>Scope</c> is delegated, <c>Role</c> is an application permission.</summary>
public sealed record ResourceAccess(Guid Id, string Type)
{
    public const string Scope = "Scope";
    public const string Role = "Role";
}
