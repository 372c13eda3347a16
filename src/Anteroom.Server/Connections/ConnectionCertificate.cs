using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.Connections;

/// <summary>The public half of a key that we made for a connection: what is uploaded in the app registration.</summary>
/// <param name="Der">The certificate itself: a <c>.cer</c> file.</param>
public sealed record ConnectionCertificate(byte[] Der, DateTimeOffset CreatedAt, DateTimeOffset EndsAt)
{
    /// <summary>How long a certificate lasts: as long as Entra lets a client secret last.</summary>
    private const int Years = 2;

    private const int RsaBits = 2048;

    // Entra looks at the certificate's beginning with its own clock.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <summary>SHA-256 as base64url: our name for it, and the <c>x5t#S256</c> of what it signs.</summary>
    public string Thumbprint { get; } = Base64Url.Encode(SHA256.HashData(Der));

    /// <summary>SHA-1 in capitals: how the list in Entra names it. A label, and no proof of anything.</summary>
    public string ShownInEntra
    {
        get
        {
            using var certificate = X509CertificateLoader.LoadCertificate(Der);
            return certificate.Thumbprint;
        }
    }

    public string ToPem() => PemEncoding.WriteString("CERTIFICATE", Der);

    /// <summary>A new key and its certificate, signed by itself: Entra compares certificates and asks no authority.</summary>
    /// <param name="key">The connection's, for recognising the certificate.</param>
    /// <param name="pkcs8">The private key: for the vault, and for nothing else.</param>
    internal static ConnectionCertificate Make(string key, DateTimeOffset now, out byte[] pkcs8)
    {
        using var rsa = RSA.Create(RsaBits);
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName($"anteroom {key}");
        var request = new CertificateRequest(subject.Build(), rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        using var certificate = request.CreateSelfSigned(now - Skew, now.AddYears(Years));
        pkcs8 = rsa.ExportPkcs8PrivateKey();
        return new(certificate.RawData, now, new DateTimeOffset(certificate.NotAfter));
    }
}
