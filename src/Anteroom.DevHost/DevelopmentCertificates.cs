using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Anteroom.DevHost;

/// <summary>The demo's own certificate authority and the one certificate of its server and sample application (--https).</summary>
/// <remarks>The authority's key is thrown away after the one signature, so nobody can make more with a CA that somebody trusted.</remarks>
internal sealed record DevelopmentCertificates(string Authority, string Certificate, string Key)
{
    /// <summary>Browsers refuse leaves that live longer than 398 days.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromDays(390);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    public static DevelopmentCertificates Ensure(string folder, TimeProvider clock, DemoNames? also = null)
    {
        var place = new DevelopmentCertificates(
            Path.Combine(folder, "ca.pem"),
            Path.Combine(folder, "localhost.pem"),
            Path.Combine(folder, "localhost.key")
        );
        var now = clock.GetUtcNow();
        if (!place.IsGoodAt(now))
        {
            Directory.CreateDirectory(folder);
            place.Make(also ?? DemoNames.Localhost, now);
        }
        return place;
    }

    private bool IsGoodAt(DateTimeOffset now)
    {
        if (!File.Exists(Authority) || !File.Exists(Certificate) || !File.Exists(Key))
            return false;
        using var leaf = X509CertificateLoader.LoadCertificateFromFile(Certificate);
        return leaf.NotBefore <= now.LocalDateTime && leaf.NotAfter > (now + RenewBefore).LocalDateTime;
    }

    private void Make(DemoNames also, DateTimeOffset now)
    {
        var (from, until) = (now.AddHours(-1), now + Life);
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=Anteroom demo authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        authorityRequest.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true)
        );
        authorityRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(authorityRequest.PublicKey, false));
        using var authority = authorityRequest.CreateSelfSigned(from, until);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in also.All.Append("localhost").Append("anteroom.localhost").Distinct())
            names.AddDnsName(name);
        names.AddDnsName("*.anteroom.localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false)); // serverAuth
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        using var leaf = request.Create(authority, from, until, RandomNumberGenerator.GetBytes(16));

        File.WriteAllText(Authority, authority.ExportCertificatePem());
        File.WriteAllText(Certificate, leaf.ExportCertificatePem());
        PrivateFile.Write(Key, key.ExportPkcs8PrivateKeyPem());
    }
}
