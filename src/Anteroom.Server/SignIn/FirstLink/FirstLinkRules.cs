using Anteroom.Server.Organizations;

namespace Anteroom.Server.SignIn.FirstLink;

/// <summary>What a first link is decided on: somebody whom a tenant vouches for, and an account of that name that is linked to nobody.</summary>
/// <param name="IsPinned">Whether the connection trusts one tenant and no other.</param>
/// <param name="IsGuest"><c>acct</c> is 1, or <c>idp</c> is there: the name is of another tenant.</param>
/// <param name="Proof">How the domain of the name was proven; null where it was not.</param>
/// <param name="ProvenByTenant">Whether it was this tenant whose list of verified domains proved it.</param>
/// <param name="InBrowser">Whether the connection's client is a public one in the browser.</param>
/// <param name="HasIdentity">Whether the account is linked to somebody already.</param>
/// <param name="IsAdministrative">Whether its role carries permissions.</param>
public sealed record FirstLinkFacts(
    bool IsPinned,
    bool IsGuest,
    DomainProofKind? Proof,
    bool ProvenByTenant,
    bool InBrowser,
    bool HasIdentity,
    bool IsBlocked,
    bool IsAdministrative
);

/// <summary>The one place where a name finds an account, once (SEC-074 d). Pure.</summary>
public static class FirstLinkRules
{
    /// <summary>An administrator has to link it: everything else holds, but too much would hang on a name.</summary>
    public const string NeedsAdministrator = "needs_administrator";

    /// <summary>Why there is no link, as a record keeps it; null where the account is linked from now on.</summary>
    public static string? Refusal(FirstLinkFacts facts) =>
        !facts.IsPinned ? "several_tenants"
        : facts.IsGuest ? "guest"
        : facts.HasIdentity ? "linked_to_another"
        : facts.Proof is not { } proof ? "domain_not_verified"
        : proof == DomainProofKind.Tenant && !facts.ProvenByTenant ? "domain_of_another_tenant"
        // What was read with a secret of ours proves a domain; a client without one has nothing to read with.
        : proof == DomainProofKind.Tenant && facts.InBrowser ? "domain_not_proven_by_dns"
        : facts.IsBlocked || facts.IsAdministrative ? NeedsAdministrator
        : null;
}
