namespace Anteroom.EntraEmulator.Objects;

/// <summary>The permissions of one API that an application asks for.</summary>
public sealed record RequiredResourceAccess(Guid ResourceAppId, IReadOnlyList<ResourceAccess> ResourceAccess);
