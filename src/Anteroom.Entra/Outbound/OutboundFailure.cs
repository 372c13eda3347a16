namespace Anteroom.Entra.Outbound;

public enum OutboundFailureKind
{
    /// <summary>Not https, a port that is not listed, or credentials in the address: never tried.</summary>
    RefusedUri,

    /// <summary>The name leads to an address that SEC-300 forbids: never connected.</summary>
    RefusedAddress,

    /// <summary>The name is unknown, or nothing accepts the connection.</summary>
    Unreachable,

    /// <summary>TLS failed: the certificate is not trusted, or not for this name.</summary>
    Certificate,

    Timeout,

    /// <summary>The connection ended in the middle of the answer.</summary>
    Truncated,

    /// <summary>Larger than its limit, or compressed more than 20 times.</summary>
    TooLarge,

    /// <summary>Another content type, or a body that is not one JSON document.</summary>
    NotJson,

    /// <summary>A status that is not a success; redirects are among them, because none is followed.</summary>
    Status,

    /// <summary>The provider failed five times; nothing is tried for 30 s.</summary>
    CircuitOpen,

    /// <summary>The provider asked to wait (Retry-After), and the time is not over.</summary>
    RetryLater,

    /// <summary>No free slot for this organization or host within the time.</summary>
    Busy,
}

/// <summary>Why there is no answer. Carries our own words only, never what the other side sent.</summary>
/// <remarks>Status: where one came. RetryAfter: how long the provider wants us to wait, or the breaker stays open.</remarks>
public sealed record OutboundFailure(OutboundFailureKind Kind, int? Status = null, TimeSpan? RetryAfter = null)
{
    /// <summary>The reason code for logs, tests of connections and audit.</summary>
    public string Code =>
        Kind switch
        {
            OutboundFailureKind.RefusedUri => "outbound_refused_uri",
            OutboundFailureKind.RefusedAddress => "outbound_refused_address",
            OutboundFailureKind.Unreachable => "outbound_unreachable",
            OutboundFailureKind.Certificate => "outbound_certificate",
            OutboundFailureKind.Timeout => "outbound_timeout",
            OutboundFailureKind.Truncated => "outbound_truncated",
            OutboundFailureKind.TooLarge => "outbound_too_large",
            OutboundFailureKind.NotJson => "outbound_not_json",
            OutboundFailureKind.Status => "outbound_status",
            OutboundFailureKind.CircuitOpen => "outbound_circuit_open",
            OutboundFailureKind.RetryLater => "outbound_retry_later",
            OutboundFailureKind.Busy => "outbound_busy",
            _ => throw new InvalidOperationException($"Unknown kind {Kind}."),
        };

    /// <summary>Whether it tells of the provider's health. What we refused ourselves does not.</summary>
    internal bool CountsAgainstProvider =>
        Kind switch
        {
            OutboundFailureKind.Unreachable
            or OutboundFailureKind.Certificate
            or OutboundFailureKind.Timeout
            or OutboundFailureKind.Truncated
            or OutboundFailureKind.TooLarge
            or OutboundFailureKind.NotJson => true,
            OutboundFailureKind.Status => Status is >= 500 or 429,
            _ => false,
        };
}
