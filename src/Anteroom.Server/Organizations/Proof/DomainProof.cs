using Anteroom.Server.Platform.Dns;

namespace Anteroom.Server.Organizations.Proof;

/// <summary>What becomes of a domain after a look at its record.</summary>
public enum DomainOutcome
{
    /// <summary>It is proven from now on.</summary>
    Verified,

    /// <summary>It was proven and is.</summary>
    StillVerified,

    /// <summary>It stays asserted.</summary>
    NotFound,

    /// <summary>Nobody answered, so it stays what it is.</summary>
    Undecided,

    /// <summary>The record of a verified one is away; it stays verified for a while.</summary>
    Grace,

    /// <summary>The record has been away for too long: it is asserted again.</summary>
    Lost,
}

/// <summary>What is decided on.</summary>
public sealed record DomainFacts(DomainState State, DomainCheckResult Result, DomainAbsence Absence, DateTimeOffset Now);

/// <param name="NextCheckAt">When to look again by ourselves, at the latest; null where nobody does but an administrator.</param>
public sealed record DomainVerdict(DomainOutcome Outcome, DomainState State, DomainAbsence Absence, DateTimeOffset? NextCheckAt);

/// <summary>Decides on domains and their proof (SEC-269). Pure.</summary>
public static class DomainProof
{
    /// <summary>How often a verified domain is looked at again.</summary>
    public static readonly TimeSpan RecheckEvery = TimeSpan.FromHours(24);

    /// <summary>How soon after a look that nobody answered.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromHours(1);

    /// <summary>How long a record may be away before the domain is asserted again …</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromHours(72);

    /// <summary>… and how often it must have been missed in that time.</summary>
    public const int GraceChecks = 3;

    private const int MostSeen = 5;
    private const int LongestSeen = 120;

    /// <summary>The record counts when one of the texts at its name is the value, but for white space around it.</summary>
    public static (DomainCheckResult Result, IReadOnlyList<string> Seen) See(TextLookup lookup, DomainChallenge challenge)
    {
        if (lookup is not TextLookup.Answered { Texts: var texts })
            return (lookup is TextLookup.NoSuchName ? DomainCheckResult.NoName : DomainCheckResult.Unanswered, []);
        if (texts.Any(text => text.Trim() == challenge.Value))
            return (DomainCheckResult.Found, []);
        return texts.Count == 0
            ? (DomainCheckResult.NoText, [])
            : (DomainCheckResult.OtherText, [.. texts.Take(MostSeen).Select(ForShowing)]);
    }

    /// <summary>Whether a look says nothing about a verified domain, because it was not where its proof is.</summary>
    /// <param name="proof">What proves the domain.</param>
    /// <param name="by">Where was looked.</param>
    public static bool IsBeside(DomainProven? proof, DomainProven by, DomainCheckResult result) =>
        proof is not null
        && proof != by
        // A record outranks a tenant's list, and takes its place.
        && !(proof.Kind == DomainProofKind.Tenant && DomainCheck.Proves(result));

    public static DomainVerdict Decide(DomainFacts facts)
    {
        var isVerified = facts.State == DomainState.Verified;
        if (DomainCheck.Proves(facts.Result))
            return Verified(isVerified ? DomainOutcome.StillVerified : DomainOutcome.Verified, DomainAbsence.None, RecheckEvery);
        if (!isVerified)
            return Asserted(DomainCheck.IsSilence(facts.Result) ? DomainOutcome.Undecided : DomainOutcome.NotFound);
        if (DomainCheck.IsSilence(facts.Result))
            return Verified(DomainOutcome.Undecided, facts.Absence, RetryAfter);

        var absence = new DomainAbsence(facts.Absence.Since ?? facts.Now, facts.Absence.Checks + 1);
        return absence.Checks >= GraceChecks && facts.Now - absence.Since >= Grace
            ? Asserted(DomainOutcome.Lost) with
            {
                Absence = absence,
            }
            : Verified(DomainOutcome.Grace, absence, RecheckEvery);

        static DomainVerdict Asserted(DomainOutcome outcome) => new(outcome, DomainState.Asserted, DomainAbsence.None, null);

        DomainVerdict Verified(DomainOutcome outcome, DomainAbsence absence, TimeSpan next) =>
            new(outcome, DomainState.Verified, absence, facts.Now + next);
    }

    /// <summary>Visible ASCII alone, and not endless: anybody may write into their DNS what they like.</summary>
    private static string ForShowing(string text)
    {
        var clean = string.Concat(text.Take(LongestSeen).Select(character => character is >= ' ' and <= '~' ? character : '?'));
        return text.Length > LongestSeen ? clean + "..." : clean;
    }
}
