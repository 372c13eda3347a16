namespace Anteroom.EntraEmulator.Objects;

/// <summary>A policy about tokens: token lifetime or claims mapping (graph.md §10).</summary>
/// <param name="Kind">The collection that it lives in, for example <c>tokenLifetimePolicies</c>.</param>
/// <param name="Definition">JSON in a string, as Graph takes it.</param>
public sealed record StsPolicy(Guid Id, Guid TenantId, string Kind, string DisplayName, IReadOnlyList<string> Definition)
{
    public const string TokenLifetime = "tokenLifetimePolicies";
    public const string ClaimsMapping = "claimsMappingPolicies";

    /// <summary>Counts for every application of the tenant that has none of its own.</summary>
    public bool IsOrganizationDefault { get; init; }
    public DateTimeOffset? DeletedDateTime { get; init; }
}
