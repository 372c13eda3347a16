using Anteroom.Server.Organizations.Proof;

namespace Anteroom.Server.Organizations;

public enum DomainState
{
    /// <summary>Somebody said so: serves home-realm discovery only.</summary>
    Asserted,

    /// <summary>Proven by DNS or by the tenant: also serves the first link (SEC-074 d).</summary>
    Verified,
}

/// <summary>How a domain was proven.</summary>
public enum DomainProofKind
{
    /// <summary>By a TXT record.</summary>
    Dns,

    /// <summary>By the list of verified domains of an Entra tenant.</summary>
    Tenant,
}

/// <summary>The proof of a verified domain, with the tenant whose list it was.</summary>
public sealed record DomainProven(DomainProofKind Kind, string? Cloud, Guid? TenantId)
{
    public static DomainProven ByDns { get; } = new(DomainProofKind.Dns, null, null);
}

/// <summary>A domain of an organization.</summary>
public sealed record OrganizationDomain(string Name, DomainState State, DateTimeOffset? VerifiedAt, DateTimeOffset CreatedAt)
{
    /// <summary>The record that proves it; null where nobody has wanted to know yet.</summary>
    public DomainChallenge? Challenge { get; init; }

    /// <summary>What proves it; null where nothing does.</summary>
    public DomainProven? Proof { get; init; }

    /// <summary>The last time that the record was looked for.</summary>
    public DomainCheck? LastCheck { get; init; }

    /// <summary>How long, and how often, a verified domain's record has been away; nothing where it is there.</summary>
    public DomainAbsence Absence { get; init; } = DomainAbsence.None;

    /// <summary>When a verified domain may lose its state, unless the record comes back (SEC-269); null where nothing is missing.</summary>
    public DateTimeOffset? LostFrom => State == DomainState.Verified ? Absence.Since + DomainProof.Grace : null;
}
