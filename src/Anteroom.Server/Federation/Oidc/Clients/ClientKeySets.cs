using Anteroom.Entra.Outbound;
using Anteroom.Protocols.Jose;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Platform.Observability;

namespace Anteroom.Server.Federation.Oidc.Clients;

/// <summary>The keys by which clients prove themselves: registered with us, or published at an address of theirs (RFC 7591 §2, SEC-097).</summary>
/// <remarks>
/// <para>Published keys are fresh for 15 minutes; then whoever comes first waits for new ones. Where none come, the old ones serve for 24 hours after they were
/// fetched, and nobody waits any more. A name that fresh keys do not have leads to one fetch in a minute, an address that failed is asked again after ten
/// seconds, whatever the number of requests: anybody can send an assertion.</para>
/// <para>Each application has keys, breaker and pauses of its own, so that one which names another's address cannot harm that one.</para>
/// </remarks>
public sealed class ClientKeySets(OutboundHttp http, TimeProvider clock, ILogger<ClientKeySets> log) : IAsyncDisposable
{
    internal const int Capacity = 1_000;

    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Usable = TimeSpan.FromHours(24);
    private static readonly TimeSpan PauseForUnknownKeys = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _lifetime = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<(ApplicationId Application, string Address), Entry> _entries = [];

    /// <summary>The key of that name or, where the token names none, the only one there is. Errors are for the log.</summary>
    public async ValueTask<Result<VerificationKey, ClientKeysError>> FindAsync(Application client, string? kid, CancellationToken ct)
    {
        if (client.Settings.JwksUri is not { } address)
            return ClientKeys.Of(client.Settings)?.Find(kid) is { } registered
                ? registered
                : new ClientKeysError("no registered key of that name");

        Entry entry;
        Task? flight;
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            entry = Find((client.Id, address), now);
            var known = entry.KeysAt(now)?.Find(kid);
            var isFresh = now - entry.FetchedAt < Fresh;
            if (isFresh && (known is not null || kid is null))
                return known is not null ? known : new ClientKeysError("names no key, and not one alone is published");

            if (entry.Flight is null && now - entry.AskedAt >= (isFresh ? PauseForUnknownKeys : PauseAfterFailure))
            {
                entry.AskedAt = now;
                entry.Flight = FetchAsync(client, address, entry);
            }
            if (known is not null && entry.Fault is not null)
                return known; // it failed just now: nobody else waits for what is probably failing again
            flight = entry.Flight;
        }

        if (flight is not null)
            await flight.WaitAsync(ct);
        lock (_lock)
            return entry.KeysAt(clock.GetUtcNow()) is not { } published ? new ClientKeysError($"its keys cannot be had: {entry.Fault}")
                : published.Find(kid) is { } key ? key
                : new ClientKeysError("no published key of that name");
    }

    /// <summary>How many applications' keys are held.</summary>
    internal int Count
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

    // A flight belongs to all who wait for it, not to the request that began it.
    private async Task FetchAsync(Application client, string address, Entry entry)
    {
        await Task.Yield(); // leave the caller's lock first
        var began = clock.GetTimestamp();
        ClientKeys? keys = null;
        string? fault = null;
        try
        {
            var request = new OutboundRequest(
                HttpMethod.Get,
                new Uri(address),
                client.Organization.ToString(),
                $"client keys {client.Id}",
                OutboundLimits.Metadata
            );
            var answered = (await http.SendAsync(request, _lifetime.Token)).TryGet(out var response, out var failure);
            keys = answered ? ClientKeys.Published(response!.Body.Span) : null;
            fault =
                keys is not null ? null
                : answered ? "no_usable_key"
                : failure!.Code;
            Telemetry.Called(
                "client_keys",
                keys is not null ? "success"
                    : failure is { Status: null } ? "unreachable"
                    : "refused",
                clock.GetElapsedTime(began)
            );
            if (fault is not null)
                log.ClientKeysNotFetched(client.ClientId, fault);
        }
        finally
        {
            lock (_lock)
                entry.Land(keys, fault ?? "interrupted", clock.GetUtcNow());
        }
    }

    private Entry Find((ApplicationId, string) key, DateTimeOffset now)
    {
        if (!_entries.TryGetValue(key, out var entry))
        {
            if (_entries.Count >= Capacity)
                ForgetLeastUsed();
            _entries[key] = entry = new Entry();
        }
        entry.LastUsed = now;
        return entry;
    }

    /// <summary>A tenth at once, so that a full cache is not searched for every newcomer.</summary>
    private void ForgetLeastUsed()
    {
        foreach (var (key, _) in _entries.OrderBy(pair => pair.Value.LastUsed).Take(Capacity / 10).ToList())
            _entries.Remove(key);
    }

    private sealed class Entry
    {
        private ClientKeys? _keys;

        public DateTimeOffset FetchedAt { get; private set; } = DateTimeOffset.MinValue;
        public DateTimeOffset AskedAt { get; set; } = DateTimeOffset.MinValue;
        public DateTimeOffset LastUsed { get; set; }
        public Task? Flight { get; set; }

        /// <summary>Why the last fetch brought nothing; null where it did.</summary>
        public string? Fault { get; private set; }

        public ClientKeys? KeysAt(DateTimeOffset now) => now - FetchedAt < Usable ? _keys : null;

        public void Land(ClientKeys? keys, string fault, DateTimeOffset now)
        {
            Flight = null;
            Fault = keys is null ? fault : null;
            if (keys is not null)
                (_keys, FetchedAt) = (keys, now);
        }
    }
}
