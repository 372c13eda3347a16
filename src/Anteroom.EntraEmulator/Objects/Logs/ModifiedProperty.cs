namespace Anteroom.EntraEmulator.Objects.Logs;

/// <summary>One changed property; the values are JSON in strings, as the real log has them.</summary>
public sealed record ModifiedProperty(string DisplayName, string? OldValue, string? NewValue);
