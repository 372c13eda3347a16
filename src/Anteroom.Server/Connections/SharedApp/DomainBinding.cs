using Anteroom.Server.Organizations;
using Anteroom.Server.Organizations.Proof;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Connections.SharedApp;

/// <summary>Decides whether a domain of an organization binds a tenant to it (SEC-063, docs/decisions/0028). Pure.</summary>
public static class DomainBinding
{
    /// <summary>
    /// Whether the organization holds the domain by its own DNS, seen a moment ago. What a tenant has proven would go round in a circle, and
    /// what is in its time of grace may be somebody else's by now.
    /// </summary>
    public static bool Speaks(OrganizationDomain domain) =>
        domain is { State: DomainState.Verified, Proof.Kind: DomainProofKind.Dns, LastCheck.Result: DomainCheckResult.Found };

    /// <param name="listed">What the tenant has verified, in normal spelling. The very name counts: a domain above or below it may be others'.</param>
    /// <returns>Why not; null where it does.</returns>
    public static string? Refusal(OrganizationDomain domain, IReadOnlySet<string> listed) =>
        Speaks(domain) ? (listed.Contains(domain.Name) ? null : ReasonCodes.DomainNotInTenant)
        : domain.LastCheck?.Result == DomainCheckResult.Unanswered ? ReasonCodes.DomainProofUnanswered
        : ReasonCodes.DomainProofMissing;
}
