using System.Net;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.Platform.Mail;

/// <summary>Submission of mail to a server of the operator's (RFC 6409).</summary>
/// <param name="Host">A name or an IP address.</param>
/// <param name="Port">587 by default.</param>
/// <param name="StartTls">False for a server on this machine only.</param>
/// <param name="UserName">Null where the server asks for none.</param>
/// <param name="Password">With a user name.</param>
public sealed record SmtpSettings(string Host, int Port, bool StartTls, string? UserName, Secret? Password)
{
    public const int SubmissionPort = 587;

    private const int ImplicitTlsPort = 465;
    private const int LongestHost = 253;
    private const int LongestUserName = 254;

    /// <summary>One sentence on the first thing that cannot work, or null.</summary>
    public string? Fault()
    {
        if (Host.Length > LongestHost || Uri.CheckHostName(Host) is UriHostNameType.Unknown or UriHostNameType.Basic)
            return "smtp.host is the name of a mail server, or its IP address.";
        if (Port == ImplicitTlsPort)
            return $"smtp.port {ImplicitTlsPort} begins with TLS, which this server does not speak for mail; use {SubmissionPort}, where STARTTLS encrypts the connection.";
        if (Port is < 1 or > ushort.MaxValue)
            return $"smtp.port is a number from 1 to {ushort.MaxValue}; {SubmissionPort} is the usual one.";
        if (!StartTls && !IsLoopback(Host))
            return "smtp.startTls can be false only for a mail server on this machine (localhost).";
        if (UserName is { Length: 0 or > LongestUserName } || UserName?.Any(char.IsControl) == true)
            return "smtp.userName is one line of 1 to 254 characters.";
        return null;
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
