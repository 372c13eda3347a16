namespace Anteroom.Server.Credentials.Passwords;

/// <summary>What is known of earlier tries, before this one is counted.</summary>
/// <param name="Count">How many have been wrong, or are not answered yet, since the last that was right.</param>
/// <param name="FailedAt">When the last of them was admitted.</param>
public sealed record Failures(int Count, DateTimeOffset? FailedAt)
{
    public static Failures None { get; } = new(0, null);
}

/// <summary>All that the decision depends on.</summary>
/// <param name="Account">At this account, from anywhere.</param>
/// <param name="FromHere">At this account, from this network.</param>
/// <param name="OnDevice">At this account, in this browser, where somebody has signed in to it before; null in any other.</param>
/// <param name="OfNetwork">Tries of this network in this minute, at any account, with this one.</param>
public sealed record ThrottleFacts(Failures Account, Failures FromHere, Failures? OnDevice, int OfNetwork);

/// <summary>Whether a try is looked at.</summary>
public abstract record ThrottleDecision
{
    private ThrottleDecision() { }

    /// <summary>The password is verified; the try counts as a failure until it has been right.</summary>
    public sealed record Admit : ThrottleDecision;

    /// <summary>Not before so much time has passed.</summary>
    public sealed record Wait(TimeSpan For) : ThrottleDecision;

    /// <summary>Not at all, until the person has recovered the account or an administrator has lifted it.</summary>
    public sealed record Stop : ThrottleDecision;

    /// <summary>The network has had its share of this minute.</summary>
    public sealed record NetworkBusy : ThrottleDecision;
}

/// <summary>How long who waits (SEC-214). Pure.</summary>
/// <remarks>
/// A browser in which the person has signed in before is counted by itself: whatever strangers try, they cannot lock its owner out. Its own
/// failures lead to the same delays, and at the end it counts as any other browser.
/// </remarks>
public static class ThrottleRules
{
    /// <summary>So many failures cost nothing.</summary>
    public const int FreeFailures = 5;

    /// <summary>Failures in a row after which no try is looked at.</summary>
    public const int MostFailures = 100;

    /// <summary>Tries of one network in a minute that were not right.</summary>
    public const int MostOfNetwork = 50;

    public static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(900);

    public static ThrottleDecision Decide(ThrottleFacts facts, DateTimeOffset now)
    {
        if (facts.OnDevice is { Count: < MostFailures } known)
            return After(WaitOf(known, now));
        if (facts.OfNetwork > MostOfNetwork)
            return new ThrottleDecision.NetworkBusy();
        if (facts.Account.Count >= MostFailures)
            return new ThrottleDecision.Stop();
        var (account, here) = (WaitOf(facts.Account, now), WaitOf(facts.FromHere, now));
        return After(account > here ? account : here);
    }

    /// <summary>1, 2, 4 … 900 seconds, from the fifth failure on.</summary>
    public static TimeSpan DelayAfter(int failures) =>
        failures < FreeFailures ? TimeSpan.Zero
        : failures - FreeFailures >= 10 ? LongestDelay
        : TimeSpan.FromSeconds(1 << (failures - FreeFailures));

    // A clock that stepped back makes nobody wait longer than the delay itself.
    private static TimeSpan WaitOf(Failures failures, DateTimeOffset now)
    {
        var delay = DelayAfter(failures.Count);
        if (failures.FailedAt is not { } at || delay == TimeSpan.Zero)
            return TimeSpan.Zero;
        var left = at + delay - now;
        return left > delay ? delay : left;
    }

    private static ThrottleDecision After(TimeSpan wait) =>
        wait > TimeSpan.Zero ? new ThrottleDecision.Wait(wait) : new ThrottleDecision.Admit();
}
