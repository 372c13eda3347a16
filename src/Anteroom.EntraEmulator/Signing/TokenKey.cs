using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Anteroom.EntraEmulator.Signing;

/// <summary>An RSA key with its self-signed certificate; <c>kid</c> is the certificate's SHA-1 thumbprint (entra-oidc.md §1.4).</summary>
/// <remarks>
/// Signs by itself and not through Anteroom.Protocols: the server verifies with that library, and a mistake in it must not cancel
/// itself out here.
/// </remarks>
internal sealed class TokenKey : IDisposable
{
    private readonly X509Certificate2 _certificate;
    private readonly RSA _rsa;

    private TokenKey(X509Certificate2 certificate)
    {
        _certificate = certificate;
        _rsa = certificate.GetRSAPrivateKey() ?? throw new InvalidOperationException("A token key has no private key.");
        Kid = Base64Url.EncodeToString(certificate.GetCertHash(HashAlgorithmName.SHA1));
        var parameters = _rsa.ExportParameters(false);
        (Modulus, Exponent) = (Base64Url.EncodeToString(parameters.Modulus), Base64Url.EncodeToString(parameters.Exponent));
    }

    public string Kid { get; }

    /// <summary>For verifying what this key signed.</summary>
    public RSA Public => _rsa;
    public string Modulus { get; }
    public string Exponent { get; }

    /// <summary><c>x5c</c>: plain base64 of the DER, not url-safe.</summary>
    public string CertificateBase64 => Convert.ToBase64String(_certificate.RawData);

    public static TokenKey Make(RSA rsa, DateTimeOffset now)
    {
        var request = new CertificateRequest(
            "CN=accounts.accesscontrol.windows.net",
            rsa,
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        );
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(5));
        return Load(certificate.Export(X509ContentType.Pkcs12));
    }

    public static TokenKey Load(byte[] pkcs12) => new(X509CertificateLoader.LoadPkcs12(pkcs12, null, X509KeyStorageFlags.Exportable));

    public byte[] Export() => _certificate.Export(X509ContentType.Pkcs12);

    /// <summary>A compact RS256 JWS. <paramref name="signedHeader"/> may differ from the header that is sent.</summary>
    public string Sign(JsonObject header, JsonObject payload, JsonObject? signedHeader = null)
    {
        var body = Encode(payload);
        var signature = _rsa.SignData(
            Encoding.ASCII.GetBytes($"{Encode(signedHeader ?? header)}.{body}"),
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        );
        return $"{Encode(header)}.{body}.{Base64Url.EncodeToString(signature)}";
    }

    public bool Verifies(string signedPart, byte[] signature) =>
        _rsa.VerifyData(Encoding.ASCII.GetBytes(signedPart), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    public static string Encode(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));

    public void Dispose()
    {
        _rsa.Dispose();
        _certificate.Dispose();
    }
}
