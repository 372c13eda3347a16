namespace Anteroom.Protocols.Jose;

/// <summary>Why a token or key was refused. Reason and code are for logs; whoever sent it learns only that it is not valid.</summary>
public sealed record JoseError
{
    private JoseError(string code, string reason) => (Code, Reason) = (code, reason);

    public string Code { get; }
    public string Reason { get; }

    internal static JoseError TooLarge(int maxBytes) => new("too_large", $"The token is longer than {maxBytes} bytes.");

    internal static JoseError Malformed(string reason) => new("malformed", reason);

    internal static JoseError UnsupportedAlgorithm { get; } =
        new("unsupported_algorithm", "The header's alg is none of ES256, RS256, PS256.");
    internal static JoseError AlgorithmMismatch { get; } = new("algorithm_mismatch", "The header's alg is not the algorithm of the key.");
    internal static JoseError CriticalHeader { get; } =
        new("critical_header", "The header has a crit list, and we understand no extension.");
    internal static JoseError UnencodedPayload { get; } = new("unencoded_payload", "The header asks for an unencoded payload (b64).");
    internal static JoseError BadSignature { get; } = new("bad_signature", "The signature does not verify.");

    internal static JoseError UnusableKey(string reason) => new("unusable_key", reason);
}
