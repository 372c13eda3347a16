using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Anteroom.Samples.WebApplication.OpenIdConnect;

/// <summary>The provider's two public documents: its metadata (OpenID Connect Discovery 1.0 §4) and its keys (RFC 7517).</summary>
public sealed class Provider(ProviderSettings settings, IHttpClientFactory clients, TimeProvider clock) : IDisposable
{
    public const string HttpClientName = "provider";

    private static readonly TimeSpan MetadataLifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestKeyLifetime = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _turn = new(1);
    private (ProviderMetadata Document, DateTimeOffset At)? _metadata;
    private (JsonWebKeySet Document, DateTimeOffset At)? _keys;

    public HttpClient CreateClient() => clients.CreateClient(HttpClientName);

    public async Task<ProviderMetadata> GetMetadataAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            return await MetadataAsync(ct);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The key of that id. An unknown id means that keys were changed: ask again, but at most once a minute.</summary>
    public async Task<JsonWebKey?> FindKeyAsync(string? keyId, string keyType, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            var found = Find(_keys?.Document);
            if (found is not null || (_keys is { } known && clock.GetUtcNow() - known.At < ShortestKeyLifetime))
                return found;

            var metadata = await MetadataAsync(ct);
            _keys = (await GetAsync<JsonWebKeySet>(metadata.JwksUri, ct), clock.GetUtcNow());
            return Find(_keys?.Document);
        }
        finally
        {
            _turn.Release();
        }

        JsonWebKey? Find(JsonWebKeySet? set)
        {
            var candidates = (set?.Keys ?? []).Where(key => key.KeyType == keyType && key.Use is null or "sig").ToList();
            return keyId is null && candidates.Count == 1
                ? candidates[0]
                : candidates.FirstOrDefault(key => key.KeyId == keyId && keyId is not null);
        }
    }

    private async Task<ProviderMetadata> MetadataAsync(CancellationToken ct)
    {
        if (_metadata is { } known && clock.GetUtcNow() - known.At < MetadataLifetime)
            return known.Document;

        var document = await GetAsync<ProviderMetadata>(settings.Authority.TrimEnd('/') + "/.well-known/openid-configuration", ct);
        if (document.Issuer != settings.Authority) // Discovery §4.3
            throw new SignInException(
                "provider_mismatch",
                $"The provider calls itself {document.Issuer}, but OIDC_AUTHORITY is {settings.Authority}."
            );
        _metadata = (document, clock.GetUtcNow());
        return document;
    }

    private async Task<T> GetAsync<T>(string address, CancellationToken ct)
    {
        try
        {
            using var client = CreateClient();
            return await client.GetFromJsonAsync<T>(address, ct) ?? throw new JsonException("The document is empty.");
        }
        catch (Exception failure)
            when (failure is HttpRequestException or JsonException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            throw new SignInException("provider_unavailable", $"{address} does not answer as it should.", failure);
        }
    }

    /// <summary>Trusts the given certificate authority, if any, and finds names below localhost on this machine (RFC 6761 §6.3).</summary>
    public static SocketsHttpHandler CreateHandler(ProviderSettings settings)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            ConnectCallback = async (context, ct) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    var host = context.DnsEndPoint.Host;
                    await socket.ConnectAsync(
                        host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
                            ? new DnsEndPoint("localhost", context.DnsEndPoint.Port)
                            : context.DnsEndPoint,
                        ct
                    );
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };

        if (settings.CertificateAuthority is { } file)
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.ImportFromPemFile(file);
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        }
        return handler;
    }

    public void Dispose() => _turn.Dispose();
}

/// <summary>The members of the metadata document that this application uses.</summary>
public sealed record ProviderMetadata(
    [property: JsonPropertyName("issuer"), JsonRequired] string Issuer,
    [property: JsonPropertyName("authorization_endpoint"), JsonRequired] string AuthorizationEndpoint,
    [property: JsonPropertyName("token_endpoint"), JsonRequired] string TokenEndpoint,
    [property: JsonPropertyName("jwks_uri"), JsonRequired] string JwksUri,
    [property: JsonPropertyName("end_session_endpoint")] string? EndSessionEndpoint,
    [property: JsonPropertyName("token_endpoint_auth_methods_supported")] IReadOnlyList<string>? TokenEndpointAuthMethods,
    [property: JsonPropertyName("authorization_response_iss_parameter_supported")] bool SendsIssuer
);

public sealed record JsonWebKeySet([property: JsonPropertyName("keys"), JsonRequired] IReadOnlyList<JsonWebKey> Keys);

/// <summary>One public key: RSA (n, e) or elliptic curve (crv, x, y).</summary>
public sealed record JsonWebKey(
    [property: JsonPropertyName("kty")] string? KeyType,
    [property: JsonPropertyName("kid")] string? KeyId,
    [property: JsonPropertyName("use")] string? Use,
    [property: JsonPropertyName("n")] string? Modulus,
    [property: JsonPropertyName("e")] string? Exponent,
    [property: JsonPropertyName("crv")] string? Curve,
    [property: JsonPropertyName("x")] string? X,
    [property: JsonPropertyName("y")] string? Y
);
