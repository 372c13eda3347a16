using System.Collections.Concurrent;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Graph;

/// <summary>Eventual consistency (graph.md §9.4): what was just created is not found for a moment, where that is switched on.</summary>
internal sealed class Replication(EntraDirectory directory, TimeProvider clock)
{
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _visibleAt = [];

    public void Created(Guid id)
    {
        var seconds = directory.Settings.Graph.ReplicationSeconds;
        if (seconds > 0)
            _visibleAt[id] = clock.GetUtcNow().AddSeconds(seconds);
    }

    public bool IsVisible(Guid id)
    {
        if (_visibleAt.IsEmpty || !_visibleAt.TryGetValue(id, out var at))
            return true;
        if (at > clock.GetUtcNow())
            return false;
        _visibleAt.TryRemove(id, out _);
        return true;
    }
}
