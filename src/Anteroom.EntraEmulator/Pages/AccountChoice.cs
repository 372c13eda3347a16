namespace Anteroom.EntraEmulator.Pages;

/// <summary>A line of an account picker.</summary>
public sealed record AccountChoice(string Id, string DisplayName, string UserName);
