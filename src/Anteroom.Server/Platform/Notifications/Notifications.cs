using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Anteroom.Server.Platform.Database;
using Npgsql;

namespace Anteroom.Server.Platform.Notifications;

/// <summary>Hears what other nodes tell (LISTEN/NOTIFY) on one dedicated connection, and tells it to the caches of this one.</summary>
/// <remarks>
/// While the connection is down news is missed. Handlers are therefore called with an empty payload, which means "forget everything
/// you remember", when it is lost and again when it is back. They run one after another and must be quick.
/// </remarks>
public sealed class Notifications(Database.Database database, ILogger<Notifications> log) : BackgroundService
{
    private static readonly TimeSpan ProofOfLife = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, ImmutableList<Action<string>>> _handlers = new();
    private readonly Lock _wakeLock = new();
    private CancellationTokenSource _wake = new();
    private volatile bool _connected;

    /// <summary>Whether news arrives at this moment.</summary>
    public bool IsConnected => _connected;

    /// <summary>Calls <paramref name="handler"/> with each payload sent on <paramref name="channel"/>, until disposed.</summary>
    public IDisposable Listen(string channel, Action<string> handler)
    {
        ArgumentException.ThrowIfNullOrEmpty(channel);
        if (channel.AsSpan().ContainsAnyExcept(ChannelCharacters))
            throw new ArgumentException("A channel's name has lower-case letters and underscores only.", nameof(channel));

        _handlers.AddOrUpdate(channel, _ => [handler], (_, handlers) => handlers.Add(handler));
        Wake();
        return new Subscription(this, channel, handler);
    }

    private static readonly System.Buffers.SearchValues<char> ChannelCharacters = System.Buffers.SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz_"
    );

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.OpenDedicatedAsync(stoppingToken);
                await HearAsync(connection, () => failures = 0, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (Pool.IsOutOfReach(e) || e is InvalidOperationException)
            {
                if (_connected)
                {
                    log.ListenerLost(e);
                    _connected = false;
                    TellAllToForget();
                }
            }
            finally
            {
                _connected = false;
            }

            var pause = Math.Min(LongestPause.TotalMilliseconds, 100 << Math.Min(failures++, 6));
            await Task.Delay(TimeSpan.FromMilliseconds(pause * (0.5 + RandomNumberGenerator.GetInt32(500) / 1000.0)), stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task HearAsync(NpgsqlConnection connection, Action connected, CancellationToken ct)
    {
        connection.Notification += (_, told) => Tell(told.Channel, told.Payload);
        var listening = new HashSet<string>(StringComparer.Ordinal);
        while (!ct.IsCancellationRequested)
        {
            var wake = RenewWake();
            foreach (var channel in _handlers.Keys.Where(listening.Add))
            {
                await ExecuteAsync(connection, $"LISTEN {channel}", ct);
                if (_connected)
                    Tell(channel, ""); // what was read before LISTEN may be stale
            }

            if (!_connected)
            {
                // From here on nothing is missed; what was remembered before may be stale.
                _connected = true;
                connected();
                TellAllToForget();
            }

            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, wake);
            try
            {
                if (!await connection.WaitAsync(ProofOfLife, either.Token))
                    await ExecuteAsync(connection, "SELECT 1", ct);
            }
            catch (OperationCanceledException) when (wake.IsCancellationRequested && !ct.IsCancellationRequested)
            {
                // A new channel was asked for: once more around the loop.
            }
        }
    }

    private void TellAllToForget()
    {
        foreach (var channel in _handlers.Keys)
            Tell(channel, "");
    }

    private void Tell(string channel, string payload)
    {
        if (!_handlers.TryGetValue(channel, out var handlers))
            return;
        foreach (var handler in handlers)
        {
            try
            {
                handler(payload);
            }
#pragma warning disable CA1031 // One handler's mistake must not deafen the others.
            catch (Exception e)
            {
                log.HandlerFailed(e, channel);
            }
#pragma warning restore CA1031
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A constant, or a channel's name whose characters were checked.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(ct);
    }

    private void Wake()
    {
        lock (_wakeLock)
            _wake.Cancel();
    }

    private CancellationToken RenewWake()
    {
        lock (_wakeLock)
        {
            _wake.Dispose();
            _wake = new();
            return _wake.Token;
        }
    }

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    private sealed class Subscription(Notifications notifications, string channel, Action<string> handler) : IDisposable
    {
        public void Dispose() => notifications._handlers.AddOrUpdate(channel, _ => [], (_, handlers) => handlers.Remove(handler));
    }
}
