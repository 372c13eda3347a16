using Anteroom.Server.Connections.SharedApp;
using Anteroom.Server.Organizations;
using Anteroom.Server.Organizations.Proof;

namespace Anteroom.Tests.Connections;

/// <summary>Which domain of an organization binds a tenant, and what is said where it does not (docs/decisions/0028).</summary>
[Trait("Security", "SEC-063")]
public sealed class DomainBindingTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DomainProven ByTenant = new(
        DomainProofKind.Tenant,
        "global",
        Guid.Parse("11111111-1111-4111-8111-111111111111")
    );

    [Theory]
    [InlineData("verified", "dns", DomainCheckResult.Found, "contoso.example", null)]
    [InlineData("verified", "dns", DomainCheckResult.Found, "other.example contoso.example", null)]
    [InlineData("verified", "dns", DomainCheckResult.Found, "", "domain_not_in_tenant")]
    [InlineData("verified", "dns", DomainCheckResult.Found, "example", "domain_not_in_tenant")] // above
    [InlineData("verified", "dns", DomainCheckResult.Found, "mail.contoso.example", "domain_not_in_tenant")] // below
    [InlineData("verified", "dns", DomainCheckResult.Found, "contoso.example.evil.example", "domain_not_in_tenant")]
    [InlineData("verified", "dns", DomainCheckResult.NoName, "contoso.example", "domain_proof_missing")] // in its time of grace
    [InlineData("verified", "dns", DomainCheckResult.NoText, "contoso.example", "domain_proof_missing")]
    [InlineData("verified", "dns", DomainCheckResult.OtherText, "contoso.example", "domain_proof_missing")]
    [InlineData("verified", "dns", DomainCheckResult.Unanswered, "contoso.example", "domain_proof_unanswered")]
    [InlineData("verified", "dns", null, "contoso.example", "domain_proof_missing")]
    [InlineData("verified", "tenant", DomainCheckResult.InTenant, "contoso.example", "domain_proof_missing")] // a circle
    [InlineData("verified", "tenant", DomainCheckResult.NoName, "contoso.example", "domain_proof_missing")]
    [InlineData("verified", "tenant", DomainCheckResult.NotInTenant, "contoso.example", "domain_proof_missing")]
    [InlineData("asserted", null, null, "contoso.example", "domain_proof_missing")]
    [InlineData("asserted", null, DomainCheckResult.Unanswered, "contoso.example", "domain_proof_unanswered")]
    [InlineData("asserted", null, DomainCheckResult.Found, "contoso.example", "domain_proof_missing")] // lost between look and word
    [InlineData("asserted", null, DomainCheckResult.Elsewhere, "contoso.example", "domain_proof_missing")]
    public void Binds_by_the_very_name_that_DNS_proves_now(
        string state,
        string? proof,
        DomainCheckResult? seen,
        string listed,
        string? refusal
    )
    {
        var domain = new OrganizationDomain("contoso.example", state == "verified" ? DomainState.Verified : DomainState.Asserted, null, Now)
        {
            Proof = proof switch
            {
                "dns" => DomainProven.ByDns,
                "tenant" => ByTenant,
                _ => null,
            },
            LastCheck = seen is { } result ? new(Now, result, []) : null,
        };

        Assert.Equal(refusal, DomainBinding.Refusal(domain, listed.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet()));
        Assert.Equal(refusal is null or "domain_not_in_tenant", DomainBinding.Speaks(domain));
    }
}
