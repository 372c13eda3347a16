using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Anteroom.Entra.Outbound;

/// <summary>Certificate authorities that the operator has named for one cloud: they alone vouch for that cloud's addresses, and for nobody else's (SEC-289).</summary>
/// <remarks>It changes who is believed, never where a request may go: that is for <see cref="OutboundAllowance"/> to say.</remarks>
public sealed class OutboundTrust
{
    private OutboundTrust(string id, X509Certificate2Collection certificates) => (Id, Certificates) = (id, certificates);

    /// <summary>The same for the same text, so that connections are shared.</summary>
    internal string Id { get; }

    internal X509Certificate2Collection Certificates { get; }

    public static bool TryParse(string pem, [NotNullWhen(true)] out OutboundTrust? trust)
    {
        trust = TryRead(pem, out var certificates)
            ? new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(pem))), certificates)
            : null;
        return trust is not null;
    }

    internal static bool TryRead(string pem, out X509Certificate2Collection certificates)
    {
        certificates = [];
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            return false;
        }
        return certificates.Count > 0;
    }
}
