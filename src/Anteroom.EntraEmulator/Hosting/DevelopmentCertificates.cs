using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Anteroom.EntraEmulator.Hosting;

/// <summary>The https certificate: the one that was given, or a leaf of a development authority kept in the data folder.</summary>
/// <remarks>Not <c>dotnet dev-certs</c>: it has no authority and no second host (dependencies.md §13).</remarks>
internal static class DevelopmentCertificates
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    public static (X509Certificate2 Leaf, X509Certificate2? Authority) Load(EmulatorOptions options, DateTimeOffset now)
    {
        try
        {
            if (options.CertificateFile is { } file && options.CertificateKeyFile is { } keyFile)
            {
                using var pem = X509Certificate2.CreateFromPemFile(file, keyFile);
                return (Reload(pem), null);
            }
            if (options.CertificateFile is { } pfx)
                return (X509CertificateLoader.LoadPkcs12FromFile(pfx, options.CertificatePassword), null);
        }
        catch (Exception broken) when (broken is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new EmulatorStartException($"The certificate {options.CertificateFile} cannot be loaded: {broken.Message}", broken);
        }

        var authority = LoadOrMakeAuthority(options.Folder, now);
        return (MakeLeaf(authority, options.PublicHosts, now), authority);
    }

    private static X509Certificate2 LoadOrMakeAuthority(string? folder, DateTimeOffset now)
    {
        var path = folder is null ? null : Path.Combine(folder, "ca.pfx");
        if (path is not null && File.Exists(path))
        {
            var stored = X509CertificateLoader.LoadPkcs12FromFile(path, null);
            if (stored.NotAfter.ToUniversalTime() > now.UtcDateTime.AddDays(30))
                return stored;
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Anteroom Entra Emulator Development CA", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(5));
        if (path is not null)
        {
            File.WriteAllBytes(path, made.Export(X509ContentType.Pkcs12));
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        return Reload(made);
    }

    private static X509Certificate2 MakeLeaf(X509Certificate2 authority, IReadOnlyList<string> publicHosts, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        foreach (var host in publicHosts)
            names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));

        // 397 days: what browsers accept at most.
        var end = now.AddDays(397);
        var latest = new DateTimeOffset(authority.NotAfter.ToUniversalTime());
        using var leaf = request.Create(authority, now.AddDays(-1), end < latest ? end : latest, RandomNumberGenerator.GetBytes(16));
        using var withKey = leaf.CopyWithPrivateKey(key);
        return Reload(withKey);
    }

    /// <summary>Kestrel needs a key that is not ephemeral on some systems; a round trip through PKCS#12 gives one everywhere.</summary>
    private static X509Certificate2 Reload(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
}
