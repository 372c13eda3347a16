using System.Net;
using System.Security.Cryptography.X509Certificates;
using Anteroom.DevHost;

namespace Anteroom.Tests.DevHost;

public sealed class DevelopmentCertificatesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("anteroom-ca-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_certificate_is_trusted_by_its_authority_for_the_demos_hosts()
    {
        var made = DevelopmentCertificates.Ensure(_folder, TimeProvider.System);
        using var leaf = X509Certificate2.CreateFromPemFile(made.Certificate, made.Key);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(made.Authority);

        Assert.True(chain.Build(leaf));
        Assert.True(leaf.HasPrivateKey);
        Assert.True(leaf.MatchesHostname("localhost"));
        Assert.True(leaf.MatchesHostname("contoso.anteroom.localhost"));
        Assert.False(leaf.MatchesHostname("example.com"));
        Assert.Contains(
            leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>(),
            names => names.EnumerateIPAddresses().Contains(IPAddress.Loopback)
        );
        Assert.True(leaf.NotAfter - leaf.NotBefore < TimeSpan.FromDays(398));
        Assert.False(chain.ChainElements[1].Certificate.HasPrivateKey);
    }

    [Fact]
    public void The_key_is_for_its_owner_alone_and_the_authoritys_key_is_nowhere()
    {
        var made = DevelopmentCertificates.Ensure(_folder, TimeProvider.System);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(made.Key));
        Assert.Single(Directory.EnumerateFiles(_folder), file => File.ReadAllText(file).Contains("PRIVATE KEY", StringComparison.Ordinal));
    }

    [Fact]
    public void It_is_kept_until_it_is_about_to_end()
    {
        var first = File.ReadAllText(DevelopmentCertificates.Ensure(_folder, TimeProvider.System).Certificate);
        Assert.Equal(first, File.ReadAllText(DevelopmentCertificates.Ensure(_folder, TimeProvider.System).Certificate));
        Assert.NotEqual(first, File.ReadAllText(DevelopmentCertificates.Ensure(_folder, new Later(TimeSpan.FromDays(365))).Certificate));
    }

    private sealed class Later(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
