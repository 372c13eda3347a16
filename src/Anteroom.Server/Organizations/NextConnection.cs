namespace Anteroom.Server.Organizations;

/// <summary>What the organization's first connection to Entra begins with: decided here and registered there before there is one.</summary>
public sealed record NextConnection
{
    public static NextConnection Default { get; } = new();

    /// <summary>The key of its addresses; null until somebody asks for them.</summary>
    public string? Key { get; init; }

    /// <summary>Normalised domains that may come in; empty means any.</summary>
    public IReadOnlyList<string> AuthorizedDomains { get; init; } = [];

    /// <summary>Whether only existing accounts come in.</summary>
    public bool AccountRequired { get; init; }

    /// <summary>Whether it is taken without asking as soon as it is there.</summary>
    public bool AutoConnect { get; init; }
}
