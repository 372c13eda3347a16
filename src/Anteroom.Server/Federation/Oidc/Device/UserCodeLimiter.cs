using System.Threading.RateLimiting;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Federation.Oidc.Device;

/// <summary>How many codes of devices one network may try in a minute on this node (RFC 8628 §5.1): counted before a code is looked at, right or wrong.</summary>
public sealed class UserCodeLimiter(AnteroomOptions options) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(network =>
        RateLimitPartition.GetFixedWindowLimiter(
            network,
            _ => new FixedWindowRateLimiterOptions
            {
                PermitLimit = options.DeviceCodesPerMinute,
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
