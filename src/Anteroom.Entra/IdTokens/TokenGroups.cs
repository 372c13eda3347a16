namespace Anteroom.Entra.IdTokens;

/// <summary>What a token says about groups. Three cases, so that nobody takes "too many to list" for "none" (SEC-075).</summary>
public abstract record TokenGroups
{
    private TokenGroups() { }

    /// <summary>The provider does not send groups.</summary>
    public sealed record NotSent : TokenGroups;

    /// <summary>All groups of the person, as the provider chooses to name them.</summary>
    public sealed record Listed(IReadOnlyList<string> Values) : TokenGroups;

    /// <summary>More groups than a token holds: they must be asked for at the cloud's Graph. Addresses in the token are never called.</summary>
    public sealed record Overage : TokenGroups;
}
