using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Anteroom.Protocols.Jose;

/// <summary>A public key bound to the one algorithm it verifies (RFC 8725 §3.1). Made once, kept, and used by all threads.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Shared until the last user is done; the handle frees itself then.")]
public sealed class VerificationKey
{
    private readonly RSA? _rsa;
    private readonly ECDsa? _ellipticCurve;

    internal VerificationKey(JsonWebKey key, SignatureAlgorithm algorithm)
    {
        JsonWebKey = key with { Use = "sig", Alg = algorithm.Name };
        Algorithm = algorithm;
        if (algorithm.KeyType == JsonWebKey.Rsa)
            _rsa = key.ImportRsa();
        else
            _ellipticCurve = key.ImportEllipticCurve();
    }

    public SignatureAlgorithm Algorithm { get; }

    /// <summary>The key as it is published, with <c>use</c> and <c>alg</c>.</summary>
    public JsonWebKey JsonWebKey { get; }

    public string? Kid => JsonWebKey.Kid;

    /// <summary>Whether a JWS signature (RFC 7518 §3; for ES256 the 64 bytes r and s) fits the data.</summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        _rsa is not null
            ? _rsa.VerifyData(data, signature, HashAlgorithmName.SHA256, SigningKey.PaddingOf(Algorithm))
            : _ellipticCurve!.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
}
