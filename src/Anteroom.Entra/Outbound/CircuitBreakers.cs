using System.Security.Cryptography;

namespace Anteroom.Entra.Outbound;

/// <summary>One breaker per provider: five failures in a row open it for 30 s, then one request tries again (SEC-303).</summary>
/// <remarks>A Retry-After closes the provider's door as well, for at most ten minutes. Healthy providers take no memory.</remarks>
internal sealed class CircuitBreakers(TimeProvider clock)
{
    private const int FailuresToOpen = 5;
    private const int Capacity = 10_000;
    private static readonly TimeSpan OpenFor = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Breaker> _breakers = [];

    /// <summary>Null when the request may go; otherwise why not.</summary>
    public OutboundFailure? Enter(string provider)
    {
        lock (_lock)
        {
            if (!_breakers.TryGetValue(provider, out var breaker))
                return null;
            var now = clock.GetUtcNow();
            if (breaker.AskedToWaitUntil > now)
                return new(OutboundFailureKind.RetryLater, RetryAfter: breaker.AskedToWaitUntil - now);
            if (breaker.Failures < FailuresToOpen)
                return null;
            if (breaker.OpenUntil > now)
                return new(OutboundFailureKind.CircuitOpen, RetryAfter: breaker.OpenUntil - now);

            breaker.OpenUntil = now + OpenFor; // the one that tries; the others keep waiting for its outcome
            return null;
        }
    }

    public void Succeeded(string provider)
    {
        lock (_lock)
            _breakers.Remove(provider);
    }

    public void Failed(string provider)
    {
        lock (_lock)
        {
            var breaker = Find(provider);
            breaker.Failures++;
            breaker.OpenUntil = clock.GetUtcNow() + OpenFor;
        }
    }

    /// <summary>The request ended without telling anything about the provider: the next one may try.</summary>
    public void Abandoned(string provider)
    {
        lock (_lock)
        {
            if (_breakers.TryGetValue(provider, out var breaker) && breaker.Failures >= FailuresToOpen)
                breaker.OpenUntil = clock.GetUtcNow();
        }
    }

    /// <summary>With up to a fifth more than asked for, so that all nodes do not come back in the same second.</summary>
    public void AskedToWait(string provider, TimeSpan retryAfter)
    {
        var wait = retryAfter < LongestRetryAfter ? retryAfter : LongestRetryAfter;
        var jitter = wait * (RandomNumberGenerator.GetInt32(0, 201) / 1000.0);
        lock (_lock)
            Find(provider).AskedToWaitUntil = clock.GetUtcNow() + wait + jitter;
    }

    private Breaker Find(string provider)
    {
        if (_breakers.TryGetValue(provider, out var breaker))
            return breaker;
        if (_breakers.Count >= Capacity)
            Forget();
        return _breakers[provider] = new Breaker();
    }

    /// <summary>Drops what has lapsed; if nothing has, all: forgetting failures is safer than growing without bound.</summary>
    private void Forget()
    {
        var now = clock.GetUtcNow();
        foreach (var (key, breaker) in _breakers)
            if (breaker.OpenUntil <= now && breaker.AskedToWaitUntil <= now)
                _breakers.Remove(key);
        if (_breakers.Count >= Capacity)
            _breakers.Clear();
    }

    private sealed class Breaker
    {
        public int Failures { get; set; }
        public DateTimeOffset OpenUntil { get; set; }
        public DateTimeOffset AskedToWaitUntil { get; set; }
    }
}
