using System.Security.Cryptography.X509Certificates;

namespace Anteroom.Server.Platform.Observability;

/// <summary>The certificate with which this node speaks https, as it was when the node started; there is none where a proxy terminates TLS.</summary>
public sealed record ServedCertificate(string Name, DateTimeOffset EndsAt)
{
    public static ServedCertificate Of(X509Certificate2 certificate) =>
        new(certificate.GetNameInfo(X509NameType.DnsName, forIssuer: false), certificate.NotAfter.ToUniversalTime());
}
