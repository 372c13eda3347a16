namespace Anteroom.EntraEmulator.Objects;

/// <summary>A directory extension (entra-oidc.md §4.3). The full name is <c>extension_{appId without dashes}_{name}</c>, case-sensitive.</summary>
public sealed record ExtensionProperty(Guid Id, string Name, string DataType, IReadOnlyList<string> TargetObjects);
