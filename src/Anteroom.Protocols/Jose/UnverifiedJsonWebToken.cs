using Anteroom.Protocols.Primitives;

namespace Anteroom.Protocols.Jose;

/// <summary>A well-formed token that nobody has vouched for.</summary>
public sealed class UnverifiedJsonWebToken
{
    private readonly byte[] _signed;
    private readonly byte[] _signature;

    internal UnverifiedJsonWebToken(JoseHeader header, JsonMembers claims, byte[] signed, byte[] signature)
    {
        Header = header;
        UnverifiedClaims = claims;
        _signed = signed;
        _signature = signature;
    }

    public JoseHeader Header { get; }

    /// <summary>For finding the key (the <c>iss</c> of a client assertion); a decision based on them is a hole.</summary>
    public JsonMembers UnverifiedClaims { get; }

    /// <summary>Checks the signature with the algorithm that the key was configured for (RFC 8725 §3.1).</summary>
    public Result<VerifiedJsonWebToken, JoseError> Verify(VerificationKey key)
    {
        if (Header.Algorithm != key.Algorithm)
            return JoseError.AlgorithmMismatch;
        if (!key.Verify(_signed, _signature))
            return JoseError.BadSignature;
        return new VerifiedJsonWebToken(Header, UnverifiedClaims, key);
    }
}
