using Anteroom.Server.Organizations;
using Anteroom.Server.SignIn.FirstLink;

namespace Anteroom.Tests.SignIn;

/// <summary>The first link as a table: from a case in which everything holds, one thing bent at a time.</summary>
public sealed class FirstLinkRulesTests
{
    private static readonly FirstLinkFacts Holds = new(
        IsPinned: true,
        IsGuest: false,
        Proof: DomainProofKind.Dns,
        ProvenByTenant: false,
        InBrowser: false,
        HasIdentity: false,
        IsBlocked: false,
        IsAdministrative: false
    );

    public static TheoryData<string?, FirstLinkFacts> Cases =>
        new()
        {
            { null, Holds },
            { null, Holds with { InBrowser = true } },
            { null, Holds with { Proof = DomainProofKind.Tenant, ProvenByTenant = true } },
            { "several_tenants", Holds with { IsPinned = false } },
            { "guest", Holds with { IsGuest = true } },
            { "linked_to_another", Holds with { HasIdentity = true } },
            { "domain_not_verified", Holds with { Proof = null } },
            { "domain_of_another_tenant", Holds with { Proof = DomainProofKind.Tenant } },
            { "domain_not_proven_by_dns", Holds with { Proof = DomainProofKind.Tenant, ProvenByTenant = true, InBrowser = true } },
            { "needs_administrator", Holds with { IsBlocked = true } },
            { "needs_administrator", Holds with { IsAdministrative = true } },
            { "linked_to_another", Holds with { HasIdentity = true, IsAdministrative = true } },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("Security", "SEC-074")]
    public void Only_where_all_of_it_holds_a_name_finds_an_account(string? refusal, FirstLinkFacts facts) =>
        Assert.Equal(refusal, FirstLinkRules.Refusal(facts));
}
