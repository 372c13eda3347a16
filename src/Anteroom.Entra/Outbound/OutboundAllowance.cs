using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Anteroom.Entra.Outbound;

/// <summary>One origin that the operator allows although the address rules would refuse it: scheme, host and port (SEC-300).</summary>
/// <remarks>http only where the host is loopback. With a CA of its own, that CA alone is trusted for this origin.</remarks>
public sealed class OutboundAllowance
{
    private OutboundAllowance(Uri origin, X509Certificate2Collection? trustedCertificates) =>
        (Origin, TrustedCertificates) = (origin, trustedCertificates);

    public Uri Origin { get; }

    public X509Certificate2Collection? TrustedCertificates { get; }

    /// <summary>Reads <c>scheme://host:port</c> (the port may be left out where it is the scheme's own) and, as PEM, the certificates of
    /// the origin's own CA (null: the machine's trust). The fault is one sentence for the operator.</summary>
    public static bool TryParse(
        string entry,
        string? trustedCertificatesPem,
        [NotNullWhen(true)] out OutboundAllowance? allowance,
        [NotNullWhen(false)] out string? fault
    )
    {
        allowance = null;
        if (!Uri.TryCreate(entry, UriKind.Absolute, out var origin) || origin.Scheme is not ("https" or "http") || !IsBare(origin, entry))
            fault = $"'{entry}' is not an origin: write scheme://host:port and nothing more.";
        else if (origin.Scheme == "http" && !IsLoopbackHost(origin.IdnHost))
            fault = $"'{entry}' is plain http, which is allowed for loopback hosts only.";
        else if (!TryReadCertificates(trustedCertificatesPem, out var certificates))
            fault = $"The trusted certificates for '{entry}' are not PEM certificates.";
        else
        {
            fault = null;
            allowance = new OutboundAllowance(origin, certificates);
            return true;
        }
        return false;
    }

    /// <summary>RFC 6761 §6.3: <c>localhost</c> and every name below it mean this machine, whatever a resolver says.</summary>
    internal static bool IsLocalhostName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    internal static bool IsLoopbackHost(string host) =>
        IsLocalhostName(host) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    internal bool Covers(Uri uri) =>
        uri.Scheme == Origin.Scheme && uri.Port == Origin.Port && uri.IdnHost.Equals(Origin.IdnHost, StringComparison.OrdinalIgnoreCase);

    private static bool IsBare(Uri origin, string entry) =>
        origin.AbsolutePath == "/"
        && origin.Query.Length == 0
        && origin.Fragment.Length == 0
        && origin.UserInfo.Length == 0
        && !entry.Contains('@', StringComparison.Ordinal)
        && !entry.Contains('?', StringComparison.Ordinal)
        && !entry.Contains('#', StringComparison.Ordinal);

    private static bool TryReadCertificates(string? pem, out X509Certificate2Collection? certificates)
    {
        certificates = null;
        if (pem is null)
            return true;
        var readable = OutboundTrust.TryRead(pem, out var read);
        certificates = read;
        return readable;
    }
}
