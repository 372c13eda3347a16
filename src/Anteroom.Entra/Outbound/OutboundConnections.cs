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

    private readonly OutboundOptions _options;
    private readonly ResolveAddresses _resolve;
    private readonly HttpMessageInvoker _internet;
    private readonly (OutboundAllowance Allowance, HttpMessageInvoker Invoker)[] _allowed;

    public OutboundConnections(OutboundOptions options, ResolveAddresses resolve)
    {
        (_options, _resolve) = (options, resolve);
        _internet = Open(allowance: null);
        _allowed = [.. options.Allowances.Select(allowance => (allowance, Open(allowance)))];
    }

    /// <summary>The way to this address, or null when no way may be taken (SEC-300, SEC-301).</summary>
    public HttpMessageInvoker? Find(Uri uri)
    {
        if (!uri.IsAbsoluteUri || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
            return null;
        foreach (var (allowance, invoker) in _allowed)
            if (allowance.Covers(uri))
                return invoker;
        return uri.Scheme == Uri.UriSchemeHttps && uri.Port == HttpsPort ? _internet : null;
    }

    public void Dispose()
    {
        _internet.Dispose();
        foreach (var (_, invoker) in _allowed)
            invoker.Dispose();
    }

    private HttpMessageInvoker Open(OutboundAllowance? allowance) =>
        new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
                Credentials = null,
                PreAuthenticate = false,
                AutomaticDecompression = DecompressionMethods.None, // OutboundBody counts both sides
                ActivityHeadersPropagator = null, // our trace ids are nobody's business
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
                    CertificateChainPolicy = ChainPolicy(allowance),
                },
            },
            disposeHandler: true
        );

    private static X509ChainPolicy ChainPolicy(OutboundAllowance? allowance)
    {
        // No downloads of missing issuers or revocation lists: a hostile certificate could name an internal address there.
        var policy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };
        if (allowance?.TrustedCertificates is { } trusted)
        {
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
