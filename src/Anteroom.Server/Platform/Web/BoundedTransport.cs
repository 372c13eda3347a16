using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Anteroom.Server.Platform.Web;

/// <summary>Takes connections only while files are left for others (<see cref="OpenFiles"/>); who comes then waits in the system's own queue until somebody goes.</summary>
/// <remarks>Kestrel's own limit closes what is too many after taking it, and a burst has by then used up every file.</remarks>
internal sealed class BoundedTransport(
    IOptions<SocketTransportOptions> options,
    ILoggerFactory logs,
    TimeProvider clock,
    ILogger<BoundedTransport> log
) : IConnectionListenerFactory, IConnectionListenerFactorySelector, IDisposable
{
    private readonly SocketTransportFactory _sockets = new(options, logs);
    private readonly Places _places = new(OpenFiles.Limit() is { } files ? OpenFiles.Connections(files) : int.MaxValue, clock, log);

    public bool CanBind(EndPoint endpoint) => _sockets.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await _sockets.BindAsync(endpoint, cancellationToken), _places);

    public void Dispose() => _places.Dispose();

    private sealed class Listener(IConnectionListener sockets, Places places) : IConnectionListener
    {
        private readonly CancellationTokenSource _unbound = new();

        public EndPoint EndPoint => sockets.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            if (!await places.TryTakeAsync(_unbound.Token))
                return null;
            try
            {
                if (await sockets.AcceptAsync(cancellationToken) is { } taken)
                {
                    taken.ConnectionClosed.UnsafeRegister(static places => ((Places)places!).Leave(), places);
                    return taken;
                }
                places.Leave();
                return null;
            }
            catch
            {
                places.Leave();
                throw;
            }
        }

        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            await _unbound.CancelAsync();
            await sockets.UnbindAsync(cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            _unbound.Dispose();
            await sockets.DisposeAsync();
        }
    }

    /// <summary>What all listeners share: a file is a file.</summary>
    private sealed class Places(int count, TimeProvider clock, ILogger log) : IDisposable
    {
        private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

        private readonly SemaphoreSlim _free = new(count);
        private DateTimeOffset _told;

        /// <returns>False where there will be no more connections.</returns>
        public async ValueTask<bool> TryTakeAsync(CancellationToken ct)
        {
            if (_free.Wait(0, CancellationToken.None))
                return true;
            if (clock.GetUtcNow() - _told > Silence)
            {
                _told = clock.GetUtcNow();
                log.AllConnectionsTaken(count);
            }
            try
            {
                await _free.WaitAsync(ct);
                return true;
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }

        public void Leave()
        {
            try
            {
                _free.Release();
            }
            catch (ObjectDisposedException)
            {
                // The last connections end after the server.
            }
        }

        public void Dispose() => _free.Dispose();
    }
}
