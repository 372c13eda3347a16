using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Anteroom.EntraEmulator.Objects;

/// <summary>A certificate that proves the application (entra-oidc.md §3.1, §8.2).</summary>
/// <param name="Key">The certificate, base64 of its DER.</param>
/// <param name="Thumbprint">SHA-1 of the DER, base64url: the <c>x5t</c> of an assertion; Graph shows it as <c>customKeyIdentifier</c>.</param>
/// <param name="ThumbprintSha256">SHA-256 of the DER, base64url: the <c>x5t#S256</c>.</param>
public sealed record KeyCredential(
    Guid KeyId,
    string DisplayName,
    string Key,
    string Thumbprint,
    string ThumbprintSha256,
    DateTimeOffset StartDateTime,
    DateTimeOffset EndDateTime
)
{
    public string Type { get; init; } = "AsymmetricX509Cert";

    /// <summary><c>Verify</c> for assertions of the application; <c>Sign</c> for a token-signing key of a service principal.</summary>
    public string Usage { get; init; } = "Verify";

    /// <summary>Reads a certificate from PEM or base64 DER; null when it is none.</summary>
    public static KeyCredential? Read(Guid keyId, string certificate, string? displayName)
    {
        try
        {
            using var read = certificate.Contains("-----BEGIN", StringComparison.Ordinal)
                ? X509Certificate2.CreateFromPem(certificate)
                : X509CertificateLoader.LoadCertificate(Convert.FromBase64String(certificate));
            return new KeyCredential(
                keyId,
                displayName ?? read.Subject,
                Convert.ToBase64String(read.RawData),
                Base64Url.EncodeToString(read.GetCertHash(HashAlgorithmName.SHA1)),
                Base64Url.EncodeToString(read.GetCertHash(HashAlgorithmName.SHA256)),
                read.NotBefore.ToUniversalTime(),
                read.NotAfter.ToUniversalTime()
            );
        }
        catch (Exception broken) when (broken is CryptographicException or FormatException)
        {
            return null;
        }
    }
}
