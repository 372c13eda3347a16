namespace Anteroom.EntraEmulator.Objects;

/// <summary>A client that needs no consent for some scopes of an API.</summary>
/// <param name="DelegatedPermissionIds">Ids of <see cref="PermissionScope"/>s.</param>
public sealed record PreAuthorizedApplication(Guid AppId, IReadOnlyList<Guid> DelegatedPermissionIds);
