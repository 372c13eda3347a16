namespace Anteroom.EntraEmulator.Objects.ConditionalAccess;

/// <summary>An authentication context that applications ask for by <c>acrs</c> (entra-oidc.md §9.2).</summary>
/// <param name="Id"><c>c1</c> to <c>c99</c>.</param>
public sealed record AuthenticationContext(string Id, Guid TenantId, string DisplayName)
{
    public string? Description { get; init; }

    /// <summary>Published to applications.</summary>
    public bool IsAvailable { get; init; } = true;

    public string Key => $"{TenantId}/{Id}";
}
