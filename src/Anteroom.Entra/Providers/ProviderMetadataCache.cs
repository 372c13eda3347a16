using Anteroom.Entra.Outbound;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Entra.Providers;

/// <summary>The metadata and keys of every provider in use, fetched once and shared (SEC-070, SEC-071).</summary>
/// <remarks>
/// <para>Fresh for an hour; then the next request still gets the old document and starts one refresh. From 24 hours on a request waits for the refresh;
/// when that fails the old document serves for another 24 hours. A document that fails a check is never taken, and the alert is called for each failure.</para>
/// <para>Unknown keys lead to one fetch in five minutes and one more after 60 s, whatever the number of requests.</para>
/// </remarks>
public sealed class ProviderMetadataCache(OutboundHttp http, TimeProvider clock, Action<ProviderAlert> alert, int capacity = 10_000)
    : IAsyncDisposable
{
    private static readonly TimeSpan RefreshAfter = TimeSpan.FromHours(1);
    private static readonly TimeSpan WaitForRefreshAfter = TimeSpan.FromHours(24);
    private static readonly TimeSpan UnusableAfter = TimeSpan.FromHours(48);
    private static readonly TimeSpan RetryWithDocument = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RetryWithoutDocument = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan KeyRefreshFloor = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan EmergencyAfter = TimeSpan.FromSeconds(60);

    private readonly ProviderFetch _fetch = new(http, clock);
    private readonly CancellationTokenSource _lifetime = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = [];

    public async Task<Result<ProviderDocument, ProviderFault>> GetAsync(UpstreamProvider provider, CancellationToken ct)
    {
        Entry entry;
        Task? flight;
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            entry = Find(provider, now);
            var age = entry.Document is { } document ? now - document.FetchedAt : TimeSpan.MaxValue;
            if (age < RefreshAfter)
                return entry.Document!;
            if (entry.Flight is null && now >= entry.NextAttempt)
            {
                entry.NoteFetch(now);
                entry.Flight = RefreshAsync(provider, entry);
            }
            if (age < WaitForRefreshAfter)
                return entry.Document!;
            flight = entry.Flight;
        }

        if (flight is not null)
            await flight.WaitAsync(ct);
        lock (_lock)
        {
            if (entry.Document is { } document && clock.GetUtcNow() - document.FetchedAt < UnusableAfter)
                return document;
            return entry.LastFault!; // no usable document means that the last attempt failed
        }
    }

    /// <summary>
    /// After a token named a key that <paramref name="seen"/> does not have: a document with other keys, or null when there is none or it is too soon to ask again.
    /// </summary>
    public async Task<ProviderDocument?> RefreshKeysAsync(ProviderDocument seen, CancellationToken ct)
    {
        Entry entry;
        Task? flight;
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            entry = Find(seen.Provider, now);
            if (entry.Document is null)
                return null;
            if (entry.Document != seen)
                return entry.Document; // somebody else has asked meanwhile
            if (entry.Flight is null && entry.MayAskForKeys(now))
                entry.Flight = RefreshKeysAsync(seen, entry);
            flight = entry.Flight;
        }

        if (flight is null)
            return null;
        await flight.WaitAsync(ct);
        lock (_lock)
            return entry.Document != seen ? entry.Document : null;
    }

    /// <summary>How many providers are held.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _lifetime.CancelAsync();
        Task[] flights;
        lock (_lock)
            flights = [.. _entries.Values.Select(entry => entry.Flight).OfType<Task>()];
        await Task.WhenAll(flights).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _lifetime.Dispose();
    }

    // A flight belongs to the cache, not to the request that started it: a person who gives up must not take the others' keys along.

    private async Task RefreshAsync(UpstreamProvider provider, Entry entry)
    {
        await Task.Yield(); // leave the caller's lock first
        try
        {
            var fetched = await _fetch.DocumentAsync(provider, _lifetime.Token);
            Land(provider, entry, fetched.TryGet(out var document, out var fault) ? document : null, fault);
        }
        finally
        {
            lock (_lock)
                entry.Flight = null;
        }
    }

    private async Task RefreshKeysAsync(ProviderDocument seen, Entry entry)
    {
        await Task.Yield();
        try
        {
            var fetched = await _fetch.KeysAsync(seen.Provider, seen.Metadata, _lifetime.Token);
            Land(seen.Provider, entry, fetched.TryGet(out var keys, out var fault) ? seen with { Keys = keys } : null, fault);
        }
        finally
        {
            lock (_lock)
                entry.Flight = null;
        }
    }

    private void Land(UpstreamProvider provider, Entry entry, ProviderDocument? document, ProviderFault? fault)
    {
        bool oldInUse;
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            if (document is not null)
            {
                entry.Document = document;
                entry.LastFault = null;
                return;
            }
            oldInUse = entry.Document is { } old && now - old.FetchedAt < UnusableAfter;
            entry.LastFault = fault;
            entry.NextAttempt = now + (oldInUse ? RetryWithDocument : RetryWithoutDocument);
        }
        alert(new ProviderAlert(provider, fault!, oldInUse, clock.GetUtcNow()));
    }

    private Entry Find(UpstreamProvider provider, DateTimeOffset now)
    {
        if (!_entries.TryGetValue(provider.Key, out var entry))
        {
            if (_entries.Count >= capacity)
                ForgetLeastUsed();
            _entries[provider.Key] = entry = new Entry();
        }
        entry.LastUsed = now;
        return entry;
    }

    /// <summary>A tenth at once, so that a full cache is not searched for every newcomer.</summary>
    private void ForgetLeastUsed()
    {
        var leastUsed = _entries
            .Where(pair => pair.Value.Flight is null)
            .OrderBy(pair => pair.Value.LastUsed)
            .Take(Math.Max(1, capacity / 10))
            .ToList();
        foreach (var (key, _) in leastUsed)
            _entries.Remove(key);
    }

    private sealed class Entry
    {
        private DateTimeOffset _keysAskedAt = DateTimeOffset.MinValue;
        private bool _emergencyUsed;

        public ProviderDocument? Document { get; set; }
        public Task? Flight { get; set; }
        public ProviderFault? LastFault { get; set; }
        public DateTimeOffset NextAttempt { get; set; } = DateTimeOffset.MinValue;
        public DateTimeOffset LastUsed { get; set; }

        public void NoteFetch(DateTimeOffset now) => (_keysAskedAt, _emergencyUsed) = (now, false);

        /// <summary>Counts attempts, not successes: a provider that is down is not asked more often than one that is up.</summary>
        public bool MayAskForKeys(DateTimeOffset now)
        {
            var since = now - _keysAskedAt;
            if (since >= KeyRefreshFloor)
            {
                NoteFetch(now);
                return true;
            }
            if (since < EmergencyAfter || _emergencyUsed)
                return false;
            _emergencyUsed = true;
            return true;
        }
    }
}
