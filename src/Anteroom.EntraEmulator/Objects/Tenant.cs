using System.Text.Json.Serialization;

namespace Anteroom.EntraEmulator.Objects;

/// <summary>A Microsoft Entra tenant (directory).</summary>
/// <param name="Domains">The initial <c>*.onmicrosoft.com</c> domain first, then the custom ones.</param>
/// <param name="Region">What discovery shows as <c>tenant_region_scope</c>: NA, EU, AS, …</param>
/// <param name="PairwiseSalt">Keys the pairwise <c>sub</c> (entra-oidc.md §4.1).</param>
public sealed record Tenant(
    Guid Id,
    string DisplayName,
    IReadOnlyList<Domain> Domains,
    string Region,
    string? CountryCode,
    string PairwiseSalt
)
{
    public string? City { get; init; }
    public string? State { get; init; }
    public string? Street { get; init; }
    public string? PostalCode { get; init; }
    public string PreferredLanguage { get; init; } = "en";
    public IReadOnlyList<string> TechnicalNotificationMails { get; init; } = [];

    /// <summary>Entra Connect runs.</summary>
    public bool? OnPremisesSyncEnabled { get; init; }
    public DateTimeOffset? OnPremisesLastSyncDateTime { get; init; }

    /// <summary>Without P1 there is neither Conditional Access nor a sign-in report (graph.md §2).</summary>
    public bool IsPremium { get; init; } = true;
    public TenantPolicies Policies { get; init; } = new();
    public DateTimeOffset CreatedDateTime { get; init; }

    [JsonIgnore]
    public IReadOnlyList<string> VerifiedDomains => [.. Domains.Where(domain => domain.IsVerified).Select(domain => domain.Id)];

    [JsonIgnore]
    public string InitialDomain => Domains[0].Id;

    [JsonIgnore]
    public string DefaultDomain => (Domains.FirstOrDefault(domain => domain.IsDefault) ?? Domains[0]).Id;

    /// <summary>The domain that a mail address or user name is in, verified or not.</summary>
    public Domain? DomainOf(string address)
    {
        var name = address[(address.LastIndexOf('@') + 1)..];
        return Domains.FirstOrDefault(domain => string.Equals(domain.Id, name, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whose domain a mail address or user name is in, as <c>xms_edov</c> asks (§5).</summary>
    public bool OwnsDomainOf(string address) => DomainOf(address) is { IsVerified: true };
}
