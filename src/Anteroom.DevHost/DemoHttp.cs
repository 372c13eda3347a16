using System.Security.Cryptography.X509Certificates;

namespace Anteroom.DevHost;

/// <summary>The demo's own calls trust the demo's authorities and nobody else.</summary>
internal static class DemoHttp
{
    public static HttpClient Client(string authorities)
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.ImportFromPemFile(authorities);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            SslOptions = { CertificateChainPolicy = trust },
        };
        return new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(30) };
    }
}
