namespace Anteroom.Server.Credentials;

/// <summary>How fresh a proof must be before somebody may change what they prove themselves with (SEC-041).</summary>
public static class RecentProof
{
    /// <summary>5 minutes.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    /// <summary>A proof from the future is none: a clock stepped back.</summary>
    public static bool Counts(DateTimeOffset provenAt, DateTimeOffset now) =>
        now - provenAt <= Life && provenAt <= now + TimeSpan.FromMinutes(1);
}
