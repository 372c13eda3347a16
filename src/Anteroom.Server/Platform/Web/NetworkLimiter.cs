using System.Threading.RateLimiting;

namespace Anteroom.Server.Platform.Web;

/// <summary>How often one network may try something in a minute on this node.</summary>
public abstract class NetworkLimiter(int perMinute) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(network =>
        RateLimitPartition.GetFixedWindowLimiter(
            network,
            _ => new FixedWindowRateLimiterOptions
            {
                PermitLimit = perMinute,
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

    public void Dispose()
    {
        _limiter.Dispose();
        GC.SuppressFinalize(this);
    }
}
