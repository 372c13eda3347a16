namespace Anteroom.Server.Federation.Oidc.Device;

/// <summary>What a device that asks for its tokens is told (RFC 8628 §3.5).</summary>
public enum PollAnswer
{
    /// <summary>No such code, or another client's.</summary>
    Unknown,

    /// <summary>The tokens were given already: two hold the same code.</summary>
    Replayed,
    Denied,
    Expired,
    Pending,

    /// <summary>Pending, and the device did not wait.</summary>
    SlowDown,

    /// <summary>Somebody said yes.</summary>
    Redeem,
}

/// <summary>Decides it from what is known of the request. Pure.</summary>
public static class DevicePolling
{
    /// <summary>5 seconds, the RFC's default (§3.2).</summary>
    public static readonly TimeSpan FirstInterval = TimeSpan.FromSeconds(5);

    /// <summary>By how much the interval grows for a device that does not wait: 5 seconds (§3.5).</summary>
    public static readonly TimeSpan Slower = TimeSpan.FromSeconds(5);

    /// <summary>A device that waits as it should is not blamed for the network: 1 second.</summary>
    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(1);

    /// <param name="seen">The request of the code; null where there is none.</param>
    public static PollAnswer Decide(DeviceAuthorization? seen, string clientId, DateTimeOffset now) =>
        seen is null || seen.ClientId != clientId ? PollAnswer.Unknown
        : seen.RedeemedAt is not null ? PollAnswer.Replayed
        : seen.DeniedAt is not null ? PollAnswer.Denied
        : seen.ExpiresAt <= now ? PollAnswer.Expired
        // Nobody gains by waiting longer for what is there.
        : seen.Approved is not null ? PollAnswer.Redeem
        : now - seen.PolledAt < seen.Interval - Leeway ? PollAnswer.SlowDown
        : PollAnswer.Pending;
}
