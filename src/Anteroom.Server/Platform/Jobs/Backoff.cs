using System.Security.Cryptography;

namespace Anteroom.Server.Platform.Jobs;

/// <summary>Growing pauses between attempts, each with jitter, so that what failed together does not return together.</summary>
internal static class Backoff
{
    /// <summary>Twice as long for each attempt up to the longest; between half and the whole of it, at random.</summary>
    /// <param name="attempt">1 after the first attempt.</param>
    /// <param name="first">The pause after the first.</param>
    /// <param name="longest">No pause is longer.</param>
    public static TimeSpan After(int attempt, TimeSpan first, TimeSpan longest)
    {
        var whole = Math.Min(longest.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, Math.Clamp(attempt, 1, 40) - 1));
        return TimeSpan.FromMilliseconds(whole * (0.5 + RandomNumberGenerator.GetInt32(501) / 1000.0));
    }
}
