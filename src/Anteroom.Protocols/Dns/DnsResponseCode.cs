namespace Anteroom.Protocols.Dns;

/// <summary>What a server says of a question (RFC 1035 §4.1.1); other numbers are possible.</summary>
public enum DnsResponseCode
{
    NoError = 0,
    FormatError = 1,
    ServerFailure = 2,

    /// <summary>The name does not exist (NXDOMAIN).</summary>
    NameError = 3,
    NotImplemented = 4,
    Refused = 5,
}
