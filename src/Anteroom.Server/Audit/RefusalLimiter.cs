using System.Collections.Concurrent;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Audit;

/// <summary>What refusals are counted by: one organization's flood hides nothing in another.</summary>
public sealed record RefusalCause(OrganizationId Organization, string Action, string? Reason);

/// <summary>Refusals of one cause that were counted and not written, in the minute that began at <paramref name="Minute"/>.</summary>
public sealed record SuppressedRefusals(RefusalCause Cause, DateTimeOffset Minute, long Count);

/// <summary>Lets the first 100 refusals of a cause in a minute through and counts the rest (SEC-324). Each node counts for itself.</summary>
public sealed class RefusalLimiter
{
    public const int PerMinute = 100;

    private const int MaxCauses = 10_000; // SEC-365; beyond it new causes show in the metric alone

    private readonly ConcurrentDictionary<RefusalCause, Window> _windows = new();

    /// <summary>Whether this refusal gets a row of its own.</summary>
    public bool Admit(RefusalCause cause, DateTimeOffset now)
    {
        var minute = now.ToUnixTimeSeconds() / 60;
        if (_windows.Count >= MaxCauses && !_windows.ContainsKey(cause))
            return false;
        return _windows.GetOrAdd(cause, _ => new Window(minute)).Admit(minute);
    }

    /// <summary>Hands over what was counted in minutes that are over, and forgets them.</summary>
    public IReadOnlyList<SuppressedRefusals> TakeSuppressed(DateTimeOffset now)
    {
        var minute = now.ToUnixTimeSeconds() / 60;
        var taken = new List<SuppressedRefusals>();
        foreach (var (cause, window) in _windows)
        {
            foreach (var (past, count) in window.TakeBefore(minute))
                taken.Add(new(cause, DateTimeOffset.FromUnixTimeSeconds(past * 60), count));
            if (window.IsIdle(minute))
                _windows.TryRemove(new(cause, window));
        }
        return taken;
    }

    private sealed class Window(long minute)
    {
        private readonly Lock _lock = new();
        private readonly List<(long Minute, long Count)> _past = [];
        private long _minute = minute;
        private long _seen;

        public bool Admit(long minute)
        {
            lock (_lock)
            {
                TurnTo(minute);
                return ++_seen <= PerMinute;
            }
        }

        public (long Minute, long Count)[] TakeBefore(long minute)
        {
            lock (_lock)
            {
                TurnTo(minute);
                if (_past.Count == 0)
                    return [];
                var taken = _past.ToArray();
                _past.Clear();
                return taken;
            }
        }

        public bool IsIdle(long minute)
        {
            lock (_lock)
                return _minute <= minute && _seen == 0 && _past.Count == 0;
        }

        private void TurnTo(long minute)
        {
            if (_minute == minute)
                return;
            if (_seen > PerMinute)
                _past.Add((_minute, _seen - PerMinute));
            (_minute, _seen) = (minute, 0);
        }
    }
}
