using System.Collections.Concurrent;
using System.Collections.Frozen;
using Anteroom.Protocols.Jose;
using Anteroom.Server.Platform.Notifications;

namespace Anteroom.Server.Keys.Signing;

/// <summary>What signs our tokens, and what others verify them with (SEC-098, SEC-110).</summary>
/// <remarks>Key objects are imported once and shared by all threads. The list is read again when another node tells of a change, and every few minutes in any case.</remarks>
public sealed class SigningKeys : IDisposable
{
    // Far below the notice of a new key, so that even a node that hears nothing knows every key before it signs.
    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(5);

    private readonly SigningKeyStore _store;
    private readonly TimeProvider _clock;
    private readonly IDisposable _subscription;
    private readonly SemaphoreSlim _loading = new(1, 1);
    private readonly ConcurrentDictionary<string, SigningKey> _private = new();
    private volatile Snapshot? _snapshot;
    private long _generation;

    public SigningKeys(SigningKeyStore store, Notifications notifications, TimeProvider clock)
    {
        (_store, _clock) = (store, clock);
        _subscription = notifications.Listen(SigningKeyStore.Channel, _ => Forget());
    }

    /// <summary>The key that signs now.</summary>
    public async ValueTask<SigningKey> CurrentAsync(SignatureAlgorithm algorithm, CancellationToken ct)
    {
        var now = _clock.GetUtcNow();
        var snapshot = await SnapshotAsync(now, ct);
        var row =
            KeySchedule.Current(snapshot.Rows, algorithm, now)
            ?? throw new InvalidOperationException($"There is no signing key for {algorithm} whose time has come.");
        if (_private.TryGetValue(row.Kid, out var key))
            return key;
        return _private.GetOrAdd(row.Kid, await _store.UnsealAsync(row, ct));
    }

    /// <summary>The public keys, for <c>/.well-known/jwks.json</c>.</summary>
    public async ValueTask<IReadOnlyList<JsonWebKey>> PublishedAsync(CancellationToken ct)
    {
        var now = _clock.GetUtcNow();
        var snapshot = await SnapshotAsync(now, ct);
        return [.. snapshot.Rows.Where(row => KeySchedule.IsPublished(row, now)).Select(row => snapshot.Public[row.Kid].JsonWebKey)];
    }

    /// <summary>The key for verifying a token of ours: published ones only.</summary>
    public async ValueTask<VerificationKey?> FindAsync(string kid, CancellationToken ct)
    {
        var now = _clock.GetUtcNow();
        var snapshot = await SnapshotAsync(now, ct);
        return
            snapshot.Public.TryGetValue(kid, out var key) && snapshot.Rows.Any(row => row.Kid == kid && KeySchedule.IsPublished(row, now))
            ? key
            : null;
    }

    /// <summary>The key for recognising an expired id_token as a hint: also one that has left the key set.</summary>
    public async ValueTask<VerificationKey?> FindForHintAsync(string kid, CancellationToken ct) =>
        (await SnapshotAsync(_clock.GetUtcNow(), ct)).Public.GetValueOrDefault(kid);

    private async ValueTask<Snapshot> SnapshotAsync(DateTimeOffset now, CancellationToken ct)
    {
        if (_snapshot is { } snapshot && snapshot.IsFreshAt(now))
            return snapshot;

        await _loading.WaitAsync(ct);
        try
        {
            if (_snapshot is { } loaded && loaded.IsFreshAt(now))
                return loaded;

            var generation = Interlocked.Read(ref _generation);
            var rows = await _store.ListAsync(ct);
            // Both at once, so that no key set is ever read that lacks a key which signs a minute later.
            if (
                KeySchedule.Current(rows, SignatureAlgorithm.ES256, now) is null
                || KeySchedule.Current(rows, SignatureAlgorithm.RS256, now) is null
            )
            {
                await _store.TurnAsync(now, ct);
                rows = await _store.ListAsync(ct);
            }

            var fresh = Snapshot.Of(rows, _snapshot, now);
            _snapshot = fresh;
            if (generation != Interlocked.Read(ref _generation))
                _snapshot = null; // told of a change while reading: what was read may be older than that
            foreach (var kid in _private.Keys.Where(kid => !fresh.Public.ContainsKey(kid)))
                _private.TryRemove(kid, out _);
            return fresh;
        }
        finally
        {
            _loading.Release();
        }
    }

    private void Forget()
    {
        Interlocked.Increment(ref _generation);
        _snapshot = null;
    }

    public void Dispose()
    {
        _subscription.Dispose();
        _loading.Dispose();
    }

    private sealed record Snapshot(
        IReadOnlyList<SigningKeyRow> Rows,
        FrozenDictionary<string, VerificationKey> Public,
        DateTimeOffset ReadAt
    )
    {
        public bool IsFreshAt(DateTimeOffset now) => now >= ReadAt && now - ReadAt < Freshness;

        public static Snapshot Of(IReadOnlyList<SigningKeyRow> rows, Snapshot? former, DateTimeOffset now) =>
            new(
                rows,
                rows.ToFrozenDictionary(row => row.Kid, row => former?.Public.GetValueOrDefault(row.Kid) ?? row.ToVerificationKey()),
                now
            );
    }
}
