using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Anteroom.Interop.Entra;

/// <summary>A self-signed certificate that an application proves itself with, as documentation tells people to make one.</summary>
internal sealed class ClientCertificate : IDisposable
{
    private readonly RSA _key = RSA.Create(2048);

    public ClientCertificate()
    {
        var request = new CertificateRequest("CN=Daemon", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = TimeProvider.System.GetUtcNow();
        Certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1));
    }

    /// <summary>With its private key.</summary>
    public X509Certificate2 Certificate { get; }

    public string Pem => Certificate.ExportCertificatePem();

    /// <summary>What a script needs of it.</summary>
    public (string Name, JsonNode? Value)[] Input =>
        [
            ("certificate", Pem),
            ("privateKey", _key.ExportPkcs8PrivateKeyPem()),
            ("thumbprint", Certificate.GetCertHashString(HashAlgorithmName.SHA1)),
            ("thumbprintSha256", Certificate.GetCertHashString(HashAlgorithmName.SHA256)),
        ];

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }
}
