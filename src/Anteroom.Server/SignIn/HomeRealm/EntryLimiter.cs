using System.Threading.RateLimiting;
using Anteroom.Server.Platform;

namespace Anteroom.Server.SignIn.HomeRealm;

/// <summary>How many names one network may try in a minute on this node (HEL-26): the oracle of known names answers slowly.</summary>
public sealed class EntryLimiter(AnteroomOptions options) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(network =>
        RateLimitPartition.GetFixedWindowLimiter(
            network,
            _ => new FixedWindowRateLimiterOptions
            {
                PermitLimit = options.IdentifyPerMinute,
                Window = TimeSpan.FromMinutes(1),
                QueueLimit = 0,
            }
        )
    );

    public bool Admit(string network)
    {
        using var lease = _limiter.AttemptAcquire(network);
        return lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();
}
