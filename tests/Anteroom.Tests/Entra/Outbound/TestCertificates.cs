using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Anteroom.Tests.Entra.Outbound;

/// <summary>An authority made for one test and a server certificate that it signed.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly X509Certificate2 _authority;

    public TestCertificates(string dnsName, bool expired = false)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=Test authority", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = authority.CreateSelfSigned(now.AddDays(-10), now.AddDays(10));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(dnsName);
        var request = new CertificateRequest($"CN={dnsName}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false)); // serverAuth
        using var certificate = request.Create(
            _authority,
            now.AddDays(-9),
            now.AddDays(expired ? -1 : 9),
            RandomNumberGenerator.GetBytes(8)
        );
        using var withKey = certificate.CopyWithPrivateKey(key);
        Server = X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null);
    }

    public X509Certificate2 Server { get; }

    public string AuthorityPem => _authority.ExportCertificatePem();

    public void Dispose()
    {
        _authority.Dispose();
        Server.Dispose();
    }
}
