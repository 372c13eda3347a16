namespace Anteroom.EntraEmulator.Objects;

/// <summary>The platform "Web" of an app registration.</summary>
public sealed record WebPlatform
{
    public string? HomePageUrl { get; init; }
    public IReadOnlyList<string> RedirectUris { get; init; } = [];

    /// <summary>"Front-channel logout URL".</summary>
    public string? LogoutUrl { get; init; }
    public ImplicitGrantSettings ImplicitGrantSettings { get; init; } = new();
}
