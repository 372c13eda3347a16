using System.Collections.Concurrent;

namespace Anteroom.Server.Platform.Caching;

/// <summary>Keeps what was read until a notification says that it changed, and never longer than a few seconds.</summary>
/// <remarks>
/// The time bounds what a lost notification can cost; the size bounds memory (SEC-365). What was not found is not kept, so that
/// strangers' guesses fill nothing.
/// </remarks>
public sealed class NotifiedCache<TKey, TValue>(TimeProvider clock, TimeSpan life, int capacity)
    where TKey : notnull
    where TValue : class
{
    private readonly ConcurrentDictionary<TKey, Entry> _entries = new();
    private long _generation;

    private sealed record Entry(TValue Value, long ReadAt);

    public async ValueTask<TValue?> GetAsync(TKey key, Func<TKey, CancellationToken, Task<TValue?>> read, CancellationToken ct)
    {
        if (_entries.TryGetValue(key, out var known) && clock.GetElapsedTime(known.ReadAt) < life)
            return known.Value;

        var generation = Volatile.Read(ref _generation);
        var readAt = clock.GetTimestamp();
        var value = await read(key, ct);
        if (value is null)
        {
            _entries.TryRemove(key, out _);
            return null;
        }

        if (_entries.Count >= capacity)
            _entries.Clear();

        // A change that was announced while the old value was being read must not be hidden by it.
        _entries[key] = new(value, readAt);
        if (Volatile.Read(ref _generation) != generation)
            _entries.TryRemove(key, out _);
        return value;
    }

    public void Remove(TKey key)
    {
        Interlocked.Increment(ref _generation);
        _entries.TryRemove(key, out _);
    }

    public void Clear()
    {
        Interlocked.Increment(ref _generation);
        _entries.Clear();
    }
}
