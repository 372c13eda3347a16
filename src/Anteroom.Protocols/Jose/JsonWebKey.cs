using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Protocols.Jose;

/// <summary>A public key as JSON (RFC 7517): RSA of 2,048 to 8,192 bits, or a point on P-256. It has no place for private members.</summary>
public sealed record JsonWebKey
{
    internal const string Rsa = "RSA";
    internal const string EllipticCurve = "EC";

    private const int MaxBytes = 64 * 1024; // x5c may carry a chain
    private const int MinModulusBits = 2048; // RFC 7518 §3.3
    private const int MaxModulusBits = 8192; // above, one verification costs milliseconds
    private const int MaxExponentBytes = 4;

    // Canonical base64url: n and e of RSA, x and y of EC.
    private readonly string _first;
    private readonly string _second;

    private JsonWebKey(string keyType, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        (KeyType, _first, _second) = (keyType, Base64Url.Encode(first), Base64Url.Encode(second));

    /// <summary><c>kty</c>: RSA or EC.</summary>
    public string KeyType { get; }

    /// <summary><c>kid</c>, at most <see cref="JsonWebToken.MaxKidLength"/> characters.</summary>
    public string? Kid { get; init; }

    /// <summary><c>use</c>: <c>sig</c>, or <c>enc</c> for keys that verify nothing.</summary>
    public string? Use { get; init; }

    /// <summary><c>alg</c>: the only algorithm this key may be used with, where its publisher says so.</summary>
    public string? Alg { get; init; }

    /// <summary><c>x5c</c>: base64 DER certificates, first the key's own (RFC 7517 §4.7). Kept for publishing and display; nothing is verified by it.</summary>
    public IReadOnlyList<string>? X5c { get; init; }

    /// <summary><c>x5t</c>: base64url SHA-1 of the certificate (RFC 7517 §4.8).</summary>
    public string? X5t { get; init; }

    /// <summary><c>issuer</c>: Entra's own member, the issuer (or template of issuers) that may sign with this key (SEC-062).</summary>
    public string? Issuer { get; init; }

    public static JsonWebKey From(RSA key)
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        return new(Rsa, parameters.Modulus, parameters.Exponent);
    }

    /// <exception cref="ArgumentException">The key is on another curve than P-256.</exception>
    public static JsonWebKey From(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        if (!P256Curve.Contains(point.X, point.Y))
            throw new ArgumentException("Only P-256 is supported.", nameof(key));
        return new(EllipticCurve, point.X, point.Y);
    }

    public static Result<JsonWebKey, JoseError> Parse(ReadOnlySpan<byte> utf8) =>
        StrictJson.ParseObject(utf8, MaxBytes).TryGet(out var members, out var malformed)
            ? Parse(members)
            : JoseError.UnusableKey(malformed.Reason);

    /// <summary>Unknown members are ignored (RFC 7517 §4); private ones are not: a key whose secret half is public is nobody's key any more.</summary>
    public static Result<JsonWebKey, JoseError> Parse(JsonMembers members)
    {
        if (
            !members.TryGetString("kty", out var keyType)
            || !members.TryGetString("kid", out var kid)
            || !members.TryGetString("use", out var use)
            || !members.TryGetString("alg", out var alg)
            || !members.TryGetStrings("x5c", out var x5c)
            || !members.TryGetString("x5t", out var x5t)
            || !members.TryGetString("issuer", out var issuer)
        )
            return JoseError.UnusableKey("A member has the wrong JSON type.");
        if (kid?.Length > JsonWebToken.MaxKidLength)
            return JoseError.UnusableKey("The kid is too long.");
        if (members.Contains("d") || members.Contains("k"))
            return JoseError.UnusableKey("The key carries secret members.");

        var material = keyType switch
        {
            Rsa => ParseRsa(members),
            EllipticCurve => ParseEllipticCurve(members),
            _ => JoseError.UnusableKey("The key type is neither RSA nor EC."),
        };
        if (!material.TryGet(out var key, out var refused))
            return refused;
        return key with { Kid = kid, Use = use, Alg = alg, X5c = x5c, X5t = x5t, Issuer = issuer };
    }

    private static Result<JsonWebKey, JoseError> ParseRsa(JsonMembers members)
    {
        if (!TryGetBytes(members, "n", out var modulus) || !TryGetBytes(members, "e", out var exponent))
            return JoseError.UnusableKey("n and e must be base64url.");

        // RFC 7518 §6.3.1.1 knows of publishers that put a zero before the modulus; without it the key is the same.
        modulus = modulus.TrimStart((byte)0);
        exponent = exponent.TrimStart((byte)0);
        var bits = modulus.IsEmpty ? 0 : (modulus.Length * 8) - byte.LeadingZeroCount(modulus[0]);
        if (bits is < MinModulusBits or > MaxModulusBits || (modulus[^1] & 1) == 0)
            return JoseError.UnusableKey($"The modulus must be odd and have {MinModulusBits} to {MaxModulusBits} bits.");
        if (exponent.Length is 0 or > MaxExponentBytes || (exponent[^1] & 1) == 0 || exponent is [1])
            return JoseError.UnusableKey("The exponent must be odd, above 1 and below 2^32.");
        return new JsonWebKey(Rsa, modulus, exponent);
    }

    private static Result<JsonWebKey, JoseError> ParseEllipticCurve(JsonMembers members)
    {
        if (!members.TryGetString("crv", out var curve) || curve != "P-256")
            return JoseError.UnusableKey("The curve is not P-256.");
        if (!TryGetBytes(members, "x", out var x) || !TryGetBytes(members, "y", out var y) || !P256Curve.Contains(x, y))
            return JoseError.UnusableKey("x and y are not a point on P-256.");
        return new JsonWebKey(EllipticCurve, x, y);
    }

    private static bool TryGetBytes(JsonMembers members, string name, out ReadOnlySpan<byte> bytes)
    {
        bytes = members.TryGetString(name, out var text) && Base64Url.TryDecode(text, out var decoded) ? decoded : default;
        return !bytes.IsEmpty;
    }

    /// <summary>The key made ready for verifying with one algorithm. Costs far more than a verification: keep the result.</summary>
    /// <remarks>The algorithm is what configuration or the key's publisher says; never what a token says (RFC 8725 §3.1).</remarks>
    public Result<VerificationKey, JoseError> ToVerificationKey(SignatureAlgorithm algorithm)
    {
        if (KeyType != algorithm.KeyType || (Alg is not null && Alg != algorithm.Name))
            return JoseError.UnusableKey($"The key is not for {algorithm}.");
        if (Use is not (null or "sig"))
            return JoseError.UnusableKey("The key is not for signatures.");
        return new VerificationKey(this, algorithm);
    }

    /// <summary>SHA-256 over the required members in order of their names (RFC 7638 §3), base64url.</summary>
    public string Thumbprint()
    {
        var canonical =
            KeyType == Rsa
                ? $$"""{"e":"{{_second}}","kty":"RSA","n":"{{_first}}"}"""
                : $$"""{"crv":"P-256","kty":"EC","x":"{{_first}}","y":"{{_second}}"}""";
        return Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(canonical)));
    }

    /// <summary>Writes the key as one object; <paramref name="additional"/> writes members that this type does not know.</summary>
    public void WriteTo(Utf8JsonWriter writer, Action<Utf8JsonWriter>? additional = null)
    {
        writer.WriteStartObject();
        writer.WriteString("kty", KeyType);
        WriteIfPresent("use", Use);
        WriteIfPresent("alg", Alg);
        WriteIfPresent("kid", Kid);
        WriteIfPresent("x5t", X5t);
        if (KeyType == EllipticCurve)
            writer.WriteString("crv", "P-256");
        writer.WriteString(KeyType == Rsa ? "n" : "x", _first);
        writer.WriteString(KeyType == Rsa ? "e" : "y", _second);
        if (X5c is not null)
        {
            writer.WriteStartArray("x5c");
            foreach (var certificate in X5c)
                writer.WriteStringValue(certificate);
            writer.WriteEndArray();
        }
        WriteIfPresent("issuer", Issuer);
        additional?.Invoke(writer);
        writer.WriteEndObject();

        void WriteIfPresent(string name, string? value)
        {
            if (value is not null)
                writer.WriteString(name, value);
        }
    }

    internal RSA ImportRsa() => RSA.Create(new RSAParameters { Modulus = Bytes(_first), Exponent = Bytes(_second) });

    internal ECDsa ImportEllipticCurve() =>
        ECDsa.Create(
            new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = Bytes(_first), Y = Bytes(_second) },
            }
        );

    private static byte[] Bytes(string canonical) =>
        Base64Url.TryDecode(canonical, out var bytes)
            ? bytes
            : throw new InvalidOperationException("Key material was checked when it came in.");
}
