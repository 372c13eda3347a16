using System.Diagnostics.CodeAnalysis;

namespace Anteroom.Protocols.Jose;

/// <summary>The signatures we make and accept (RFC 7518 §3.1). All of them use SHA-256; <c>none</c> and HMAC do not exist here (SEC-098).</summary>
public sealed class SignatureAlgorithm
{
    private SignatureAlgorithm(string name, string keyType) => (Name, KeyType) = (name, keyType);

    /// <summary>ECDSA on P-256 (RFC 7518 §3.4). Twelve times cheaper to sign than RSA.</summary>
    public static SignatureAlgorithm ES256 { get; } = new("ES256", JsonWebKey.EllipticCurve);

    /// <summary>RSA PKCS #1 v1.5 (RFC 7518 §3.3), which every relying party understands.</summary>
    public static SignatureAlgorithm RS256 { get; } = new("RS256", JsonWebKey.Rsa);

    /// <summary>RSA PSS (RFC 7518 §3.5).</summary>
    public static SignatureAlgorithm PS256 { get; } = new("PS256", JsonWebKey.Rsa);

    /// <summary>The <c>alg</c> value.</summary>
    public string Name { get; }

    /// <summary>The <c>kty</c> that a key must have.</summary>
    public string KeyType { get; }

    /// <summary>Recognises an <c>alg</c> value, letter by letter.</summary>
    public static bool TryParse(string? name, [NotNullWhen(true)] out SignatureAlgorithm? algorithm)
    {
        algorithm = name switch
        {
            "ES256" => ES256,
            "RS256" => RS256,
            "PS256" => PS256,
            _ => null,
        };
        return algorithm is not null;
    }

    public override string ToString() => Name;
}
