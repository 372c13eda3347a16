using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Anteroom.Entra.Outbound;

/// <summary>Resolves a name. The system's resolver in production, a table in tests.</summary>
public delegate Task<IPAddress[]> ResolveAddresses(string host, CancellationToken ct);

/// <summary>An address that the rules forbid stood in the answer for a name; nothing was connected.</summary>
internal sealed class RefusedAddressException(string host) : Exception($"An address of '{host}' may not be reached.");

/// <summary>Opens connections that cannot be led astray: checked address, original name for TLS, no redirects, proxy, cookies or credentials.</summary>
internal sealed class OutboundConnections : IDisposable
{
    private const int HttpsPort = 443;
    private const int MostTrusts = 200; // there are fewer clouds (SEC-365)

    private readonly OutboundOptions _options;
    private readonly ResolveAddresses _resolve;
    private readonly HttpMessageInvoker _internet;
    private readonly (OutboundAllowance Allowance, HttpMessageInvoker Invoker)[] _allowed;
    private readonly Lock _lock = new();
    private readonly Dictionary<(OutboundAllowance? Allowance, string Trust), HttpMessageInvoker> _trusting = [];

    public OutboundConnections(OutboundOptions options, ResolveAddresses resolve)
    {
        (_options, _resolve) = (options, resolve);
        _internet = Open(allowance: null);
        _allowed = [.. options.Allowances.Select(allowance => (allowance, Open(allowance)))];
    }

    /// <summary>The way to this address, or null when no way may be taken (SEC-300, SEC-301). Whom to believe there never opens a way.</summary>
    public HttpMessageInvoker? Find(Uri uri, OutboundTrust? trust)
    {
        if (!uri.IsAbsoluteUri || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
            return null;
        foreach (var (allowance, invoker) in _allowed)
            if (allowance.Covers(uri))
                return trust is null ? invoker : Trusting(allowance, trust);
        if (uri.Scheme != Uri.UriSchemeHttps || uri.Port != HttpsPort)
            return null;
        return trust is null ? _internet : Trusting(null, trust);
    }

    public void Dispose()
    {
        _internet.Dispose();
        foreach (var (_, invoker) in _allowed)
            invoker.Dispose();
        foreach (var invoker in _trusting.Values)
            invoker.Dispose();
    }

    /// <summary>Connections of their own, so that none that one authority vouched for serves a request that another must vouch for.</summary>
    private HttpMessageInvoker Trusting(OutboundAllowance? allowance, OutboundTrust trust)
    {
        lock (_lock)
        {
            if (_trusting.TryGetValue((allowance, trust.Id), out var known))
                return known;
            if (_trusting.Count >= MostTrusts)
                _trusting.Clear(); // requests under way keep theirs; what is idle closes by itself
            return _trusting[(allowance, trust.Id)] = Open(allowance, trust);
        }
    }

    private HttpMessageInvoker Open(OutboundAllowance? allowance, OutboundTrust? trust = null) =>
        new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
                Credentials = null,
                PreAuthenticate = false,
                AutomaticDecompression = DecompressionMethods.None, // OutboundBody counts both sides
                // Without a propagator there are no spans either, and no cost.
                ActivityHeadersPropagator = _options.TraceTargets is { } targets ? new OutboundTraces(targets) : null,
                ConnectTimeout = _options.ConnectTimeout,
                ConnectCallback = (context, ct) => ConnectAsync(context.DnsEndPoint, allowance, ct),
                MaxConnectionsPerServer = _options.ConcurrencyPerHost,
                MaxResponseHeadersLength = 64, // KB
                MaxResponseDrainSize = 0,
                PooledConnectionLifetime = TimeSpan.FromMinutes(2), // so that a changed address is seen
                PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
                SslOptions = new SslClientAuthenticationOptions
                {
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    CertificateChainPolicy = ChainPolicy(allowance, trust),
                },
            },
            disposeHandler: true
        );

    private static X509ChainPolicy ChainPolicy(OutboundAllowance? allowance, OutboundTrust? trust)
    {
        // No downloads of missing issuers or revocation lists: a hostile certificate could name an internal address there.
        var policy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };
        foreach (var trusted in (X509Certificate2Collection?[])[allowance?.TrustedCertificates, trust?.Certificates])
        {
            if (trusted is null)
                continue;
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(trusted);
        }
        return policy;
    }

    private async ValueTask<Stream> ConnectAsync(DnsEndPoint target, OutboundAllowance? allowance, CancellationToken ct)
    {
        var addresses = await ResolveAsync(target.Host, ct);
        if (addresses.Length == 0)
            throw new SocketException((int)SocketError.HostNotFound);
        if (!Array.TrueForAll(addresses, address => IsAllowed(address, allowance)))
            throw new RefusedAddressException(target.Host);

        SocketException? last = null;
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, target.Port), ct);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException exception)
            {
                last = exception;
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        throw last!;
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken ct)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out var literal))
            return [literal];
        if (OutboundAllowance.IsLocalhostName(host))
            return [IPAddress.Loopback, IPAddress.IPv6Loopback];
        return await _resolve(host, ct);
    }

    private static bool IsAllowed(IPAddress address, OutboundAllowance? allowance) =>
        allowance is null ? AddressRules.IsPublic(address) : allowance.Origin.Scheme == Uri.UriSchemeHttps || IPAddress.IsLoopback(address);
}
