using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Organizations.Proof;

public enum DomainCheckResult
{
    /// <summary>The record is there.</summary>
    Found,

    /// <summary>The record's name does not exist.</summary>
    NoName,

    /// <summary>The name exists and has no TXT record.</summary>
    NoText,

    /// <summary>There are TXT records, with other values.</summary>
    OtherText,

    /// <summary>No DNS server answered; nothing is known.</summary>
    Unanswered,

    /// <summary>The record is there, and another organization has verified the domain.</summary>
    Elsewhere,

    /// <summary>A tenant of the organization lists the domain as verified.</summary>
    InTenant,

    /// <summary>No tenant that was asked does.</summary>
    NotInTenant,

    /// <summary>The tenant's list could not be read; nothing is known.</summary>
    TenantUnread,
}

/// <summary>One look at a domain's record: when, what came of it, and what stood there instead.</summary>
/// <param name="Seen">Some of the other values, cleaned and cut for showing; empty unless there were any.</param>
public sealed record DomainCheck(DateTimeOffset At, DomainCheckResult Result, IReadOnlyList<string> Seen)
{
    private static readonly (DomainCheckResult Result, string Word)[] Words =
    [
        (DomainCheckResult.Found, "found"),
        (DomainCheckResult.NoName, "no_name"),
        (DomainCheckResult.NoText, "no_text"),
        (DomainCheckResult.OtherText, "other_text"),
        (DomainCheckResult.Unanswered, "unanswered"),
        (DomainCheckResult.Elsewhere, "elsewhere"),
        (DomainCheckResult.InTenant, "in_tenant"),
        (DomainCheckResult.NotInTenant, "not_in_tenant"),
        (DomainCheckResult.TenantUnread, "tenant_unread"),
    ];

    /// <summary>The reason with its cure; null where the record was found.</summary>
    public string? Code =>
        Result switch
        {
            DomainCheckResult.Found or DomainCheckResult.InTenant => null,
            DomainCheckResult.NotInTenant => ReasonCodes.DomainNotInTenant,
            DomainCheckResult.TenantUnread => ReasonCodes.TenantDomainsUnread,
            DomainCheckResult.Unanswered => ReasonCodes.DomainProofUnanswered,
            DomainCheckResult.Elsewhere => ReasonCodes.DomainVerifiedElsewhere,
            _ => ReasonCodes.DomainProofMissing,
        };

    /// <summary>What was looked up, where, and what was seen, in one or two sentences.</summary>
    public string Told(DomainChallenge challenge)
    {
        var asked = $"The TXT records of {challenge.Host} were looked up.";
        return Result switch
        {
            DomainCheckResult.InTenant => $"The verified domains of the connected tenant were read. {challenge.Domain} is among them.",
            DomainCheckResult.NotInTenant =>
                $"The verified domains of the connected tenant were asked for. {challenge.Domain} is not among them.",
            DomainCheckResult.TenantUnread => "The verified domains of the connected tenant could not be read.",
            DomainCheckResult.Found => $"{asked} The value is there.",
            DomainCheckResult.NoName => $"{asked} The name does not exist.",
            DomainCheckResult.NoText => $"{asked} The name has none.",
            DomainCheckResult.OtherText => $"{asked} They have other values.",
            DomainCheckResult.Elsewhere => $"{asked} The value is there, but another organization has verified {challenge.Domain}.",
            _ => $"{asked} No DNS server answered.",
        };
    }

    /// <summary>Whether the look proves the domain.</summary>
    internal static bool Proves(DomainCheckResult result) => result is DomainCheckResult.Found or DomainCheckResult.InTenant;

    /// <summary>Whether nothing is known after it: silence is no evidence.</summary>
    internal static bool IsSilence(DomainCheckResult result) => result is DomainCheckResult.Unanswered or DomainCheckResult.TenantUnread;

    internal static string WordOf(DomainCheckResult result) => Words.Single(pair => pair.Result == result).Word;

    internal static DomainCheckResult ResultOf(string word) => Words.Single(pair => pair.Word == word).Result;
}

/// <summary>What a look into a tenant's list of verified domains came to.</summary>
public sealed record TenantSight(DomainCheckResult Result, string Cloud, Guid TenantId);

/// <summary>A verified domain's record is away.</summary>
/// <param name="Since">When it was missed first; null where it is there.</param>
/// <param name="Checks">How often it has been missed since.</param>
public sealed record DomainAbsence(DateTimeOffset? Since, int Checks)
{
    public static DomainAbsence None { get; } = new(null, 0);
}
