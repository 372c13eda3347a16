using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>
/// Fetches the keys of an issuer that a federated credential names. The issuer's address comes from a registration, so the client is
/// guarded: no redirects, no proxy, small answers, seconds only, and no private network except this machine itself.
/// </summary>
internal sealed class IssuerKeys : IDisposable
{
    private const int LargestAnswerBytes = 256 * 1024;
    private const int ShortestKeyBits = 2048;

    private readonly HttpClient _client;

    public IssuerKeys()
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(3),
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ConnectCallback = ConnectAsync,
        };
        // A development server on this machine has a certificate of an authority of its own; whoever answers on loopback is this machine.
        handler.SslOptions.RemoteCertificateValidationCallback = (sender, _, _, errors) =>
            errors == System.Net.Security.SslPolicyErrors.None
            || (sender is System.Net.Security.SslStream stream && IsLocalName(stream.TargetHostName));
        _client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(5), MaxResponseContentBufferSize = LargestAnswerBytes };
    }

    /// <returns>The issuer's RSA keys with this kid (all of them without a kid), or null when they cannot be had.</returns>
    public async Task<IReadOnlyList<RSA>?> FindAsync(string issuer, string? kid, CancellationToken ct)
    {
        if (!IsAllowed(issuer, out var address))
            return null;
        try
        {
            using var discovery = await JsonAsync(new Uri($"{address.ToString().TrimEnd('/')}/.well-known/openid-configuration"), ct);
            // The document must speak of the issuer that was asked for (OIDC Discovery §4.3).
            if (Text(discovery.RootElement, "issuer") != issuer || !IsAllowed(Text(discovery.RootElement, "jwks_uri"), out var keysUri))
                return null;
            using var keys = await JsonAsync(keysUri, ct);
            if (!keys.RootElement.TryGetProperty("keys", out var list) || list.ValueKind != JsonValueKind.Array)
                return null;
            return [.. list.EnumerateArray().Where(key => kid is null || Text(key, "kid") == kid).Select(Read).OfType<RSA>()];
        }
        catch (Exception unreachable)
            when (unreachable is HttpRequestException or JsonException or InvalidOperationException or IOException
                || (unreachable is OperationCanceledException && !ct.IsCancellationRequested)
            )
        {
            return null;
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<JsonDocument> JsonAsync(Uri address, CancellationToken ct)
    {
        using var response = await _client.GetAsync(address, ct);
        response.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(ct));
    }

    /// <summary>https anywhere, http on this machine.</summary>
    private static bool IsAllowed(string? text, out Uri address) =>
        Uri.TryCreate(text, UriKind.Absolute, out address!)
        && address.UserInfo.Length == 0
        && address.Query.Length == 0
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && IsLocalName(address.Host)));

    private static bool IsLocalName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    /// <summary>The address is checked when it is used, so that a name cannot change its mind between check and use.</summary>
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            ? [IPAddress.Loopback]
            : await Dns.GetHostAddressesAsync(host, ct);
        var allowed = addresses.Where(address => IPAddress.IsLoopback(address) ? IsLocalName(host) : IsPublic(address)).ToArray();
        if (allowed.Length == 0)
            throw new HttpRequestException($"'{host}' has no address that may be called.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return IsPublic(address.MapToIPv4());
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            return !(address.IsIPv6LinkLocal || address.IsIPv6SiteLocal || address.IsIPv6UniqueLocal || address.IsIPv6Multicast)
                && !address.Equals(IPAddress.IPv6Any);
        var bytes = address.GetAddressBytes();
        return bytes[0] is not (0 or 10 or >= 224)
            && (bytes[0], bytes[1])
                is not ((100, >= 64 and <= 127) or (169, 254) or (172, >= 16 and <= 31) or (192, 168) or (198, 18 or 19));
    }

    private static RSA? Read(JsonElement key)
    {
        if (
            Text(key, "kty") != "RSA"
            || Text(key, "use") is "enc"
            || Text(key, "n") is not { } modulus
            || Text(key, "e") is not { } exponent
            || !Base64Url.IsValid(modulus)
            || !Base64Url.IsValid(exponent)
        )
            return null;
        try
        {
            var rsa = RSA.Create(
                new RSAParameters { Modulus = Base64Url.DecodeFromChars(modulus), Exponent = Base64Url.DecodeFromChars(exponent) }
            );
            if (rsa.KeySize >= ShortestKeyBits)
                return rsa;
            rsa.Dispose();
            return null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
