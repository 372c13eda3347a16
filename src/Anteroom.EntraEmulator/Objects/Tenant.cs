namespace Anteroom.EntraEmulator.Objects;

/// <summary>A Microsoft Entra tenant (directory).</summary>
/// <param name="VerifiedDomains">The initial <c>*.onmicrosoft.com</c> domain first, then the custom ones.</param>
/// <param name="Region">What discovery shows as <c>tenant_region_scope</c>: NA, EU, AS, …</param>
/// <param name="PairwiseSalt">Keys the pairwise <c>sub</c> (entra-oidc.md §4.1).</param>
public sealed record Tenant(
    Guid Id,
    string DisplayName,
    IReadOnlyList<string> VerifiedDomains,
    string Region,
    string? CountryCode,
    string PairwiseSalt
)
{
    public string InitialDomain => VerifiedDomains[0];

    /// <summary>Whose domain a mail address or user name is in, as <c>xms_edov</c> asks (§5).</summary>
    public bool OwnsDomainOf(string address) =>
        VerifiedDomains.Contains(address[(address.LastIndexOf('@') + 1)..], StringComparer.OrdinalIgnoreCase);
}
