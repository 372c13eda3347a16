using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Anteroom.Protocols.Jose;
using Anteroom.Protocols.Primitives;
using static Anteroom.Tests.Protocols.Jose.JoseScenario;

namespace Anteroom.Tests.Protocols.Jose;

public sealed class JsonWebKeyTests
{
    private static readonly string Modulus = Member(Rs256, "n");
    private static readonly string X = Member(Es256, "x");
    private static readonly string Y = Member(Es256, "y");

    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    public void A_published_key_verifies_what_its_private_half_signs(string algorithm)
    {
        var signer = Of(algorithm);
        var published = signer.PublicKey.JsonWebKey with
        {
            X5c = ["MIIC", "MIID"],
            X5t = "thumb",
            Issuer = "https://login.example/{tenantid}/v2.0",
        };
        var key = Accepted(Json(published));

        Assert.Equal(signer.Kid, key.Kid);
        Assert.Equal("sig", key.Use);
        Assert.Equal(algorithm, key.Alg);
        Assert.Equal(["MIIC", "MIID"], key.X5c!);
        Assert.Equal("thumb", key.X5t);
        Assert.Equal("https://login.example/{tenantid}/v2.0", key.Issuer);
        Assert.Equal(signer.Kid, key.Thumbprint());
        Assert.True(key.ToVerificationKey(signer.Algorithm).TryGet(out var verifier, out _));
        Assert.Null(Refusal(JsonWebToken.Sign(signer, "JWT", "{}"u8), verifier));
    }

    [Theory, Trait("Security", "SEC-110")] // only public members
    [InlineData("ES256", "alg crv kid kty use x y")]
    [InlineData("RS256", "alg e kid kty n use")]
    public void Only_public_members_are_written(string algorithm, string members)
    {
        using var document = JsonDocument.Parse(Json(Of(algorithm).PublicKey.JsonWebKey));
        Assert.Equal(members, string.Join(' ', document.RootElement.EnumerateObject().Select(m => m.Name).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void Unknown_members_are_ignored_and_more_can_be_written()
    {
        var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
            Es256.PublicKey.JsonWebKey.WriteTo(writer, w => w.WriteString("cloud_instance_name", "localhost"));
        var text = Encoding.UTF8.GetString(buffer.ToArray());
        Assert.Contains("\"cloud_instance_name\":\"localhost\"", text, StringComparison.Ordinal);
        Assert.Equal(Es256.Kid, Accepted(text).Kid);
    }

    [Fact] // RFC 7518 §6.3.1.1
    public void A_zero_before_the_modulus_changes_nothing()
    {
        Assert.True(Base64Url.TryDecode(Modulus, out var n));
        Assert.Equal(Rs256.Kid, Accepted($$"""{"kty":"RSA","n":"{{Base64Url.Encode([0, .. n])}}","e":"AQAB"}""").Thumbprint());
    }

    [Fact]
    public void Small_even_and_huge_moduli_are_refused()
    {
        foreach (
            var (bytes, last, usable) in new[]
            {
                (255, 1, false),
                (256, 1, true),
                (256, 2, false),
                (1024, 1, true),
                (1025, 1, false),
                (0, 0, false),
            }
        )
        {
            var n = Enumerable.Repeat((byte)0xff, bytes).ToArray();
            if (bytes > 0)
                n[^1] = (byte)last;
            Assert.Equal(usable, IsUsable($$"""{"kty":"RSA","n":"{{Base64Url.Encode(n)}}","e":"AQAB"}"""));
        }
        Assert.False(IsUsable($$"""{"kty":"RSA","n":"{{Base64Url.Encode(new byte[256])}}","e":"AQAB"}""")); // nothing is left of it
        var bits2047 = Enumerable.Repeat((byte)0xff, 256).ToArray();
        bits2047[0] = 0x7f;
        Assert.False(IsUsable($$"""{"kty":"RSA","n":"{{Base64Url.Encode(bits2047)}}","e":"AQAB"}"""));
    }

    [Theory]
    [InlineData("Aw", true)] // 3
    [InlineData("AQAB", true)]
    [InlineData("AAEAAQ", true)] // 65537 after a zero
    [InlineData("AQAAAQ", true)] // 2^24 + 1
    [InlineData("AQ", false)] // 1: every message is its own signature
    [InlineData("Ag", false)] // even
    [InlineData("AAAA", false)]
    [InlineData("", false)]
    [InlineData("AQAAAAE", false)] // beyond 32 bits
    public void Exponents_that_break_rsa_are_refused(string exponent, bool usable) =>
        Assert.Equal(usable, IsUsable($$"""{"kty":"RSA","n":"{{Modulus}}","e":"{{exponent}}"}"""));

    [Fact] // the invalid-curve attack
    public void Points_off_the_curve_are_refused()
    {
        Assert.True(IsUsable(Point(X, Y)));
        Assert.True(Base64Url.TryDecode(Y, out var y));

        var off = y.ToArray();
        off[^1] ^= 1;
        Assert.False(IsUsable(Point(X, Base64Url.Encode(off))));
        Assert.False(IsUsable(Point(Y, X)));
        Assert.False(IsUsable(Point(Base64Url.Encode(new byte[32]), Base64Url.Encode(new byte[32]))));
        Assert.False(IsUsable(Point(X, Base64Url.Encode([0, .. y])))); // RFC 7518 §6.2.1.2: full length, no more
        Assert.False(IsUsable(Point(X, Base64Url.Encode(y.AsSpan(1)))));

        // A coordinate is below the prime: (0, √b) is on the curve, and (p, √b) would be a second spelling of it.
        var p = BigInteger.Pow(2, 256) - BigInteger.Pow(2, 224) + BigInteger.Pow(2, 192) + BigInteger.Pow(2, 96) - 1;
        var b = BigInteger.Parse(
            "005ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
            NumberStyles.AllowHexSpecifier,
            CultureInfo.InvariantCulture
        );
        var root = Coordinate(BigInteger.ModPow(b, (p + 1) / 4, p));
        Assert.True(IsUsable(Point(Coordinate(0), root)));
        Assert.False(IsUsable(Point(Coordinate(p), root)));

        static string Point(string x, string y) => $$"""{"kty":"EC","crv":"P-256","x":"{{x}}","y":"{{y}}"}""";
        static string Coordinate(BigInteger value)
        {
            var bytes = new byte[32];
            var digits = value.ToByteArray(isUnsigned: true, isBigEndian: true);
            digits.CopyTo(bytes, bytes.Length - digits.Length);
            return Base64Url.Encode(bytes);
        }
    }

    [Theory]
    [InlineData("""{"kty":"oct","k":"c2VjcmV0"}""")]
    [InlineData("""{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""")]
    [InlineData("""{"kty":"rsa","n":"[n]","e":"AQAB"}""")]
    [InlineData("""{"n":"[n]","e":"AQAB"}""")]
    [InlineData("""{"kty":"RSA","e":"AQAB"}""")]
    [InlineData("""{"kty":"RSA","n":"[n]"}""")]
    [InlineData("""{"kty":"RSA","n":"[n]=","e":"AQAB"}""")]
    [InlineData("""{"kty":"RSA","n":["[n]"],"e":"AQAB"}""")]
    [InlineData("""{"kty":"RSA","n":"[n]","e":65537}""")]
    [InlineData("""{"kty":"RSA","n":"[n]","e":"AQAB","kid":7}""")]
    [InlineData("""{"kty":"RSA","n":"[n]","e":"AQAB","x5c":[7]}""")]
    [InlineData("""{"kty":"RSA","n":"[n]","e":"AQAB","issuer":{}}""")]
    [InlineData("""{"kty":"RSA","n":"[n]","e":"AQAB","e":"AQAB"}""")]
    [InlineData("""{"kty":"RSA","n":"[n]","e":"AQAB"}{}""")]
    [InlineData("""{"kty":"RSA","n":"[n]","e":"AQAB","d":"AQAB"}""")] // its private half is public: nobody's key any more
    [InlineData("""{"kty":"RSA","n":"[n]","e":"AQAB","k":"c2VjcmV0"}""")]
    [InlineData("""{"kty":"EC","crv":"P-384","x":"[x]","y":"[y]"}""")]
    [InlineData("""{"kty":"EC","crv":"secp256k1","x":"[x]","y":"[y]"}""")]
    [InlineData("""{"kty":"EC","x":"[x]","y":"[y]"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"[x]"}""")]
    [InlineData("[]")]
    [InlineData("")]
    public void Other_keys_are_refused(string json) => Assert.False(IsUsable(Fill(json)));

    [Theory]
    [InlineData("""{"kty":"RSA","n":"[n]","e":"AQAB"}""", "RS256 PS256")]
    [InlineData("""{"kty":"RSA","n":"[n]","e":"AQAB","use":"sig"}""", "RS256 PS256")]
    [InlineData("""{"kty":"RSA","n":"[n]","e":"AQAB","alg":"PS256"}""", "PS256")]
    [InlineData("""{"kty":"RSA","n":"[n]","e":"AQAB","alg":"RS512"}""", "")]
    [InlineData("""{"kty":"RSA","n":"[n]","e":"AQAB","use":"enc"}""", "")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"[x]","y":"[y]"}""", "ES256")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"[x]","y":"[y]","alg":"ECDH-ES"}""", "")]
    public void A_key_verifies_only_what_it_is_for(string json, string algorithms)
    {
        var key = Accepted(Fill(json));
        var usable = new[] { SignatureAlgorithm.ES256, SignatureAlgorithm.RS256, SignatureAlgorithm.PS256 }
            .Where(algorithm => key.ToVerificationKey(algorithm).TryGet(out _, out _))
            .Select(algorithm => algorithm.Name);
        Assert.Equal(algorithms.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(), usable.Order());
    }

    [Theory]
    [InlineData("""{"kty":"RSA","n":"[n]","e":"AQAB"}""", "ES256", "The key is not for ES256.")]
    [InlineData("""{"kty":"RSA","n":"[n]","e":"AQAB","use":"enc"}""", "RS256", "The key is not for signatures.")]
    public void What_a_key_is_not_for_is_said(string json, string algorithm, string reason)
    {
        Assert.True(SignatureAlgorithm.TryParse(algorithm, out var parsed));
        Assert.False(Accepted(Fill(json)).ToVerificationKey(parsed).TryGet(out _, out var refused));
        Assert.Equal(("unusable_key", reason), (refused.Code, refused.Reason));
    }

    [Fact] // a set says of each key that it is for signatures, and by which algorithm
    public void A_key_made_ready_is_published_for_its_one_use()
    {
        Assert.True(
            Accepted(Fill("""{"kty":"RSA","n":"[n]","e":"AQAB"}""")).ToVerificationKey(SignatureAlgorithm.PS256).TryGet(out var key, out _)
        );
        Assert.Equal(("sig", "PS256"), (key.JsonWebKey.Use, key.JsonWebKey.Alg));
    }

    [Fact] // nothing asks for a private half that a public key does not have
    public void The_public_half_is_enough_to_publish()
    {
        using var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(Spki(Rs256, SignatureAlgorithm.RS256), out _);
        Assert.Equal(Rs256.Kid, JsonWebKey.From(rsa).Thumbprint());
        using var elliptic = ECDsa.Create();
        elliptic.ImportSubjectPublicKeyInfo(Spki(Es256, SignatureAlgorithm.ES256), out _);
        Assert.Equal(Es256.Kid, JsonWebKey.From(elliptic).Thumbprint());

        static byte[] Spki(SigningKey key, SignatureAlgorithm algorithm)
        {
            using AsymmetricAlgorithm whole = algorithm == SignatureAlgorithm.ES256 ? ECDsa.Create() : RSA.Create();
            whole.ImportPkcs8PrivateKey(key.ExportPkcs8(), out _);
            return whole.ExportSubjectPublicKeyInfo();
        }
    }

    [Fact]
    public void A_long_kid_is_refused()
    {
        Assert.True(IsUsable(Fill($$"""{"kty":"RSA","n":"[n]","e":"AQAB","kid":"{{new string('k', 128)}}"}""")));
        Assert.False(IsUsable(Fill($$"""{"kty":"RSA","n":"[n]","e":"AQAB","kid":"{{new string('k', 129)}}"}""")));
    }

    [Fact]
    public void Only_p256_can_be_published()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.StartsWith(
            "Only P-256 is supported.",
            Assert.Throws<ArgumentException>(() => JsonWebKey.From(p384)).Message,
            StringComparison.Ordinal
        );
    }

    private static string Fill(string template) =>
        template
            .Replace("[n]", Modulus, StringComparison.Ordinal)
            .Replace("[x]", X, StringComparison.Ordinal)
            .Replace("[y]", Y, StringComparison.Ordinal);

    private static bool IsUsable(string json)
    {
        if (JsonWebKey.Parse(Encoding.UTF8.GetBytes(json)).TryGet(out _, out var refused))
            return true;
        Assert.Equal("unusable_key", refused.Code);
        Assert.NotEmpty(refused.Reason);
        return false;
    }

    private static JsonWebKey Accepted(string json)
    {
        Assert.True(JsonWebKey.Parse(Encoding.UTF8.GetBytes(json)).TryGet(out var key, out var error), error?.Reason);
        return key;
    }

    internal static string Json(JsonWebKey key)
    {
        var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
            key.WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static string Member(SigningKey key, string name)
    {
        using var document = JsonDocument.Parse(Json(key.PublicKey.JsonWebKey));
        return document.RootElement.GetProperty(name).GetString()!;
    }
}
