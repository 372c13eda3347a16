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
    ];

    /// <summary>The reason with its cure; null where the record was found.</summary>
    public string? Code =>
        Result switch
        {
            DomainCheckResult.Found => null,
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
            DomainCheckResult.Found => $"{asked} The value is there.",
            DomainCheckResult.NoName => $"{asked} The name does not exist.",
            DomainCheckResult.NoText => $"{asked} The name has none.",
            DomainCheckResult.OtherText => $"{asked} They have other values.",
            DomainCheckResult.Elsewhere => $"{asked} The value is there, but another organization has verified {challenge.Domain}.",
            _ => $"{asked} No DNS server answered.",
        };
    }

    internal static string WordOf(DomainCheckResult result) => Words.Single(pair => pair.Result == result).Word;

    internal static DomainCheckResult ResultOf(string word) => Words.Single(pair => pair.Word == word).Result;
}

/// <summary>A verified domain's record is away.</summary>
/// <param name="Since">When it was missed first; null where it is there.</param>
/// <param name="Checks">How often it has been missed since.</param>
public sealed record DomainAbsence(DateTimeOffset? Since, int Checks)
{
    public static DomainAbsence None { get; } = new(null, 0);
}
