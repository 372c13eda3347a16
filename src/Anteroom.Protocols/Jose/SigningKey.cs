using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Anteroom.Protocols.Jose;

/// <summary>A private key bound to the one algorithm it signs with. Importing costs more than signing: make it once, keep it, and let all threads use it.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Shared until the last user is done; the handle frees itself then.")]
public sealed class SigningKey
{
    private const int MinRsaBits = 2048; // RFC 7518 §3.3

    private readonly RSA? _rsa;
    private readonly ECDsa? _ellipticCurve;

    private SigningKey(RSA rsa, SignatureAlgorithm algorithm, string? kid)
        : this(JsonWebKey.From(rsa), algorithm, kid) => _rsa = rsa;

    private SigningKey(ECDsa ellipticCurve, string? kid)
        : this(JsonWebKey.From(ellipticCurve), SignatureAlgorithm.ES256, kid) => _ellipticCurve = ellipticCurve;

    private SigningKey(JsonWebKey key, SignatureAlgorithm algorithm, string? kid)
    {
        if (kid?.Length is 0 or > JsonWebToken.MaxKidLength)
            throw new ArgumentException($"A kid has 1 to {JsonWebToken.MaxKidLength} characters.", nameof(kid));
        Algorithm = algorithm;
        PublicKey = new VerificationKey(key with { Kid = kid ?? key.Thumbprint() }, algorithm);
    }

    public SignatureAlgorithm Algorithm { get; }

    /// <summary>The public half, for verifying and for publishing.</summary>
    public VerificationKey PublicKey { get; }

    /// <summary>The key's name in token headers and key sets: its RFC 7638 thumbprint unless another was given.</summary>
    public string Kid => PublicKey.Kid!;

    /// <summary>Length of every signature of this key.</summary>
    public int SignatureBytes => _rsa is null ? 2 * P256Curve.CoordinateBytes : (_rsa.KeySize + 7) / 8;

    /// <summary>A new key; <paramref name="rsaBits"/>, at least 2,048, has no meaning for ES256.</summary>
    public static SigningKey Generate(SignatureAlgorithm algorithm, int rsaBits = MinRsaBits, string? kid = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rsaBits, MinRsaBits);
        return algorithm.KeyType == JsonWebKey.Rsa
            ? new(RSA.Create(rsaBits), algorithm, kid)
            : new(ECDsa.Create(ECCurve.NamedCurves.nistP256), kid);
    }

    /// <summary>Reads a PKCS #8 private key (RFC 5958) that we wrote.</summary>
    /// <exception cref="CryptographicException">The bytes are not such a key of the algorithm's type.</exception>
    /// <exception cref="ArgumentException">The key is too small or on another curve.</exception>
    public static SigningKey FromPkcs8(ReadOnlySpan<byte> pkcs8, SignatureAlgorithm algorithm, string? kid = null)
    {
        if (algorithm.KeyType == JsonWebKey.Rsa)
        {
            var rsa = RSA.Create();
            rsa.ImportPkcs8PrivateKey(pkcs8, out var read);
            RefuseLeftover(read, pkcs8.Length);
            return rsa.KeySize >= MinRsaBits
                ? new(rsa, algorithm, kid)
                : throw new ArgumentException($"An RSA key has at least {MinRsaBits} bits.", nameof(pkcs8));
        }

        var ellipticCurve = ECDsa.Create();
        ellipticCurve.ImportPkcs8PrivateKey(pkcs8, out var consumed);
        RefuseLeftover(consumed, pkcs8.Length);
        return new(ellipticCurve, kid);

        static void RefuseLeftover(int read, int length)
        {
            if (read != length)
                throw new CryptographicException("Something follows the private key.");
        }
    }

    /// <summary>The private key as PKCS #8 (RFC 5958), unencrypted: for the vault, and for nothing else.</summary>
    public byte[] ExportPkcs8() => _rsa?.ExportPkcs8PrivateKey() ?? _ellipticCurve!.ExportPkcs8PrivateKey();

    /// <summary>A JWS signature (RFC 7518 §3).</summary>
    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        var signature = new byte[SignatureBytes];
        Sign(data, signature);
        return signature;
    }

    /// <summary>Writes a JWS signature of <see cref="SignatureBytes"/> bytes.</summary>
    public void Sign(ReadOnlySpan<byte> data, Span<byte> signature)
    {
        var signed = _rsa is not null
            ? _rsa.TrySignData(data, signature, HashAlgorithmName.SHA256, PaddingOf(Algorithm), out _)
            : _ellipticCurve!.TrySignData(
                data,
                signature,
                HashAlgorithmName.SHA256,
                DSASignatureFormat.IeeeP1363FixedFieldConcatenation,
                out _
            );
        if (!signed)
            throw new ArgumentException($"A signature of this key has {SignatureBytes} bytes.", nameof(signature));
    }

    internal static RSASignaturePadding PaddingOf(SignatureAlgorithm algorithm) =>
        algorithm == SignatureAlgorithm.PS256 ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
}
