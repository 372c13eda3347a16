namespace Anteroom.EntraEmulator.Objects;

/// <summary>A domain of a tenant (graph.md §4.1).</summary>
public sealed record Domain(string Id)
{
    public const string Managed = "Managed";
    public const string Federated = "Federated";
    public const int NeverExpires = int.MaxValue;

    /// <summary><c>Federated</c>: another provider checks the passwords.</summary>
    public string AuthenticationType { get; init; } = Managed;

    /// <summary>The <c>*.onmicrosoft.com</c> domain that came with the tenant.</summary>
    public bool IsInitial { get; init; }

    /// <summary>Where new users are made unless somebody says otherwise.</summary>
    public bool IsDefault { get; init; }

    /// <summary>An unverified domain routes nobody and carries no user names.</summary>
    public bool IsVerified { get; init; } = true;
    public int PasswordValidityPeriodInDays { get; init; } = NeverExpires;
    public DomainFederation? FederationConfiguration { get; init; }
}
