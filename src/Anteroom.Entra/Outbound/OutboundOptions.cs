namespace Anteroom.Entra.Outbound;

/// <summary>What the operator decides about outbound HTTP. The times are those of SEC-302.</summary>
public sealed record OutboundOptions
{
    /// <summary>Internal origins that may be reached nevertheless; empty by default.</summary>
    public IReadOnlyList<OutboundAllowance> Allowances { get; init; } = [];

    /// <summary>Origins that are told which trace a call belongs to; null where no traces are collected.</summary>
    public IReadOnlyCollection<string>? TraceTargets { get; init; }

    /// <summary>For name resolution, connection and TLS together.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>From the sent request to the response's headers.</summary>
    public TimeSpan FirstByteTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Requests at once to one host for one partition (SEC-303).</summary>
    public int ConcurrencyPerPartition { get; init; } = 8;

    /// <summary>Requests at once to one host (SEC-303).</summary>
    public int ConcurrencyPerHost { get; init; } = 256;
}
