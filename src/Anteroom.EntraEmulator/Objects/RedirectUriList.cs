namespace Anteroom.EntraEmulator.Objects;

/// <summary>The platforms "Single-page application" and "Mobile and desktop applications".</summary>
public sealed record RedirectUriList
{
    public IReadOnlyList<string> RedirectUris { get; init; } = [];
}
