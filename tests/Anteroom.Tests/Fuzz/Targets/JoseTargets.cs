using System.Text;
using Anteroom.Protocols.Jose;
using Anteroom.Protocols.Primitives;
using FsCheck;
using FsCheck.Fluent;
using static Anteroom.Tests.Protocols.Jose.JoseScenario;

namespace Anteroom.Tests.Fuzz.Targets;

internal static class JoseTargets
{
    private static readonly string[] HeaderNames = ["alg", "typ", "kid", "crit", "b64", "jku", "x5c", "jwk", "zip", "enc"];
    private static readonly string[] KeyNames = ["kty", "crv", "x", "y", "n", "e", "d", "k", "kid", "use", "alg", "x5c", "x5t", "issuer"];

    // RFC 7516 appendix A.1: a JWE has five parts, and we read none.
    private const string Encrypted =
        "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.OKOawDo13gRp2ojaHV7LFpZcgV7T6DVZKTyKOMTYUmKoTCVJRgckCL9kiMT03JGe.48V1_ALb6US04U3b.5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6ji.XFBoMYUZodetZdvTiFvSkQ";

    // What our keys signed, with any payload. Nothing else may ever be verified.
    private static readonly HashSet<string> Signed =
    [
        JsonWebToken.Sign(Es256, "JWT", """{"sub":"joe","aud":["a","b"],"exp":1800000000}"""u8),
        JsonWebToken.Sign(Es256, "at+jwt", "{}"u8),
        JsonWebToken.Sign(Rs256, "JWT", """{"iss":"https://idp.example"}"""u8),
        JsonWebToken.Sign(Ps256, "JWT", """{"iss":"https://idp.example"}"""u8),
    ];

    private static readonly VerificationKey[] Keys = [Es256.PublicKey, Rs256.PublicKey, Ps256.PublicKey];

    private static readonly Gen<string> Header =
        from alg in Gen.Elements("\"ES256\"", "\"RS256\"", "\"PS256\"", "\"none\"", "\"HS256\"", "1", "null")
        from more in Gen.Zip(Gen.Elements(HeaderNames), Pieces.Json(1)).ArrayOf(2)
        select $"{{\"alg\":{alg}{string.Concat(more.Select(member => $",\"{member.Item1}\":{member.Item2}"))}}}";

    private static readonly Gen<string> Token = Gen.OneOf(
        Gen.Elements(Signed.ToArray()),
        Gen.Constant(Encrypted),
        from header in Header
        from payload in Pieces.Object(Pieces.Word, 2)
        from signature in Pieces.Base64UrlOf(64)
        select $"{Encode(header)}.{Encode(payload)}.{signature}"
    );

    private static readonly Gen<string> Key = Gen.OneOf(
        Gen.Elements(Keys).Select(key => Json(key.JsonWebKey)),
        from member in Gen.Zip(Gen.Elements(KeyNames), Pieces.Json(1))
        from key in Gen.Elements(Keys)
        select Json(key.JsonWebKey)[..^1] + $",\"{member.Item1}\":{member.Item2}}}",
        Pieces
            .Bytes(64)
            .Select(bytes =>
                $$"""{"kty":"EC","crv":"P-256","x":"{{Base64Url.Encode(bytes.AsSpan(0, 32))}}","y":"{{Base64Url.Encode(bytes.AsSpan(32))}}"}"""
            ),
        Pieces
            .Bytes(257)
            .Select(bytes =>
                $$"""{"kty":"RSA","n":"{{Base64Url.Encode(bytes.AsSpan(0, 256))}}","e":"{{Base64Url.Encode(bytes.AsSpan(253))}}"}"""
            )
    );

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        FuzzTarget.OfText(
            "json-web-token",
            [JsonWebToken.Parse, SignatureAlgorithm.TryParse],
            Token,
            [".", "eyJhbGciOiJub25lIn0", "e30", Encode("""{"alg":"ES256","crit":[]}"""), Encode("""{"alg":"ES256","b64":false}""")],
            ReadToken
        ),
        new FuzzTarget(
            "json-web-key",
            [
                (Func<ReadOnlySpan<byte>, Result<JsonWebKey, JoseError>>)JsonWebKey.Parse,
                (Func<JsonMembers, Result<JsonWebKey, JoseError>>)JsonWebKey.Parse,
            ],
            Key.Select(Pieces.Utf8),
            [.. KeyNames.Select(name => $"\"{name}\":"), "\"AQAB\"", "\"AAAA\"", "\"P-256\"", "\"P-521\"", "\"RSA\"", "\"EC\"", "\"oct\""],
            ReadKey
        ),
        new FuzzTarget(
            "json-web-key-set",
            [JsonWebKeySet.Parse],
            from keys in Key.ArrayOf(3)
            from count in Gen.Choose(0, 3)
            select Pieces.Utf8($"{{\"keys\":[{string.Join(',', keys.Take(count))}]}}"),
            ["\"keys\":[", "\"kid\":\"k\"", "{}", "null"],
            ReadKeySet
        ),
    ];

    private static string ReadToken(string text)
    {
        if (!JsonWebToken.Parse(text).TryGet(out var token, out var refused))
            return refused.Code + refused.Reason;
        Assert.Equal(3, text.Split('.').Length);
        Assert.True(text.Length <= JsonWebToken.DefaultMaxBytes);
        Assert.All(text.Split('.'), part => Assert.True(Base64Url.TryDecode(part, out _)));
        Assert.False(token.Header.Members.Contains("crit"));
        foreach (var key in Keys)
        {
            if (!token.Verify(key).TryGet(out var verified, out _))
                continue;
            Assert.Contains(text, Signed);
            Assert.Equal(key.Algorithm, verified.Header.Algorithm);
            return $"verified {key.Algorithm}";
        }
        return $"unverified {token.Header.Algorithm}";
    }

    private static string ReadKey(byte[] utf8)
    {
        if (!JsonWebKey.Parse(utf8).TryGet(out var key, out var refused))
            return refused.Reason;
        Assert.True(JsonWebKey.Parse(Pieces.Utf8(Json(key))).TryGet(out var again, out _));
        Assert.Equal(key.Thumbprint(), again.Thumbprint());
        var usable = "";
        foreach (var algorithm in (SignatureAlgorithm[])[SignatureAlgorithm.ES256, SignatureAlgorithm.RS256, SignatureAlgorithm.PS256])
        {
            if (!key.ToVerificationKey(algorithm).TryGet(out var ready, out _))
                continue;
            Assert.Equal(algorithm.KeyType, key.KeyType);
            Assert.False(ready.Verify("data"u8, new byte[64]));
            Assert.False(ready.Verify("data"u8, []));
            usable += algorithm;
        }
        return $"{key.KeyType} {usable}";
    }

    private static string ReadKeySet(byte[] utf8)
    {
        if (!JsonWebKeySet.Parse(utf8).TryGet(out var set, out var refused))
            return refused.Reason;
        Assert.True(set.Keys.Count + set.Skipped <= JsonWebKeySet.MaxKeys);
        Assert.True(JsonWebKeySet.Parse(set.ToUtf8()).TryGet(out var again, out _));
        Assert.Equal(set.Keys.Select(key => key.Thumbprint()), again.Keys.Select(key => key.Thumbprint()));
        Assert.Equal(0, again.Skipped);
        foreach (var key in set.Keys)
            if (key.Kid is { } kid)
                Assert.Equal(kid, set.Find(kid, key.KeyType == "EC" ? SignatureAlgorithm.ES256 : SignatureAlgorithm.RS256)?.Kid ?? kid);
        return $"{set.Keys.Count} keys, {set.Skipped} skipped";
    }

    private static string Json(JsonWebKey key)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new System.Text.Json.Utf8JsonWriter(buffer))
            key.WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
