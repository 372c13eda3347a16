using Anteroom.Protocols.Primitives;

namespace Anteroom.Entra.Outbound;

/// <summary>One outbound request. Who asks decides whose share of the connections it takes; which provider answers decides whose failures count.</summary>
/// <remarks>Partition: the organization, whose share of the host's concurrency this takes (SEC-303). Provider: whose circuit breaker this counts for.</remarks>
public sealed record OutboundRequest(HttpMethod Method, Uri Uri, string Partition, string Provider, OutboundLimits Limits)
{
    /// <summary>Form fields of a POST (application/x-www-form-urlencoded), in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Form { get; init; }

    /// <summary>Body of a POST as JSON (RFC 8259), in place of a form.</summary>
    public ReadOnlyMemory<byte>? Json { get; init; }

    /// <summary>Value of the Authorization header.</summary>
    public Secret? Authorization { get; init; }

    /// <summary>Who vouches for the address in place of the machine's authorities; null leaves it to those.</summary>
    public OutboundTrust? Trust { get; init; }

    /// <summary>True where an error status carries a JSON body that the caller reads (RFC 6749 §5.2).</summary>
    public bool ReadsErrorBody { get; init; }

    /// <summary>True where the status says all: the body is neither expected nor read, and no more may be made of it.</summary>
    public bool IgnoresBody { get; init; }
}

/// <summary>How much one answer may take (SEC-302).</summary>
/// <remarks>The bytes are counted after decompression; the time runs from the call to the last byte, waiting for a free slot included.</remarks>
public sealed record OutboundLimits(int MaxBodyBytes, TimeSpan Total)
{
    public static OutboundLimits Metadata { get; } = new(256 * 1024, TimeSpan.FromSeconds(10));

    public static OutboundLimits Other { get; } = new(1024 * 1024, TimeSpan.FromSeconds(10));

    public static OutboundLimits Graph { get; } = new(1024 * 1024, TimeSpan.FromSeconds(30));
}
