using System.Security.Cryptography;
using System.Text;
using Anteroom.Protocols.Jose;
using Anteroom.Protocols.Primitives;
using FsCheck;
using FsCheck.Fluent;
using static Anteroom.Tests.Protocols.Jose.JoseScenario;

namespace Anteroom.Tests.Protocols.Jose;

public sealed class JsonWebTokenTests
{
    private const string Header = """{"alg":"ES256","kid":"k"}""";

    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    public void A_token_survives_the_round_trip(string algorithm)
    {
        var key = Of(algorithm);
        var token = JsonWebToken.Sign(
            key,
            "at+jwt",
            claims =>
            {
                claims.WriteString("sub", "Zoë <z@example.org> 😀");
                claims.WriteNumber("exp", 1_800_000_000);
            },
            header => header.WriteString("x5t#S256", "abc")
        );

        Assert.True(JsonWebToken.Parse(token).TryGet(out var parsed, out var error), error?.Reason);
        Assert.True(parsed.Verify(key.PublicKey).TryGet(out var verified, out error), error?.Reason);
        Assert.Equal(key.Kid, verified.Header.Kid);
        Assert.Equal(algorithm, verified.Header.Algorithm.Name);
        Assert.True(verified.Header.Members.TryGetString("x5t#S256", out var thumbprint) && thumbprint == "abc");
        Assert.True(verified.Claims.TryGetString("sub", out var subject) && subject == "Zoë <z@example.org> 😀");
        Assert.True(verified.Claims.TryGetNumericDate("exp", out var expires) && expires!.Value.ToUnixTimeSeconds() == 1_800_000_000);
    }

    [Fact]
    public void A_ready_payload_is_signed_as_it_is()
    {
        var token = JsonWebToken.Sign(Es256, "JWT", """{ "sub" : "joe" }"""u8);
        Assert.Null(Refusal(token));
        Assert.Equal(Encode("""{ "sub" : "joe" }"""), token.Split('.')[1]);
    }

    [Fact] // RFC 7515 §4.1.9, RFC 8725 §3.11
    public void The_type_is_compared_as_a_media_type()
    {
        Assert.True(JsonWebToken.Parse(JsonWebToken.Sign(Es256, "at+jwt", "{}"u8)).TryGet(out var parsed, out _));
        Assert.True(parsed.Header.HasType("at+jwt"));
        Assert.True(parsed.Header.HasType("application/AT+JWT"));
        Assert.False(parsed.Header.HasType("JWT"));
        Assert.True(JsonWebToken.Parse(Forge(Header)).TryGet(out var untyped, out _));
        Assert.False(untyped.Header.HasType("JWT"));
    }

    [Theory, Trait("Security", "SEC-099")] // RFC 8725 §3.1, §3.2
    [InlineData("""{"alg":"none"}""", "unsupported_algorithm")]
    [InlineData("""{"alg":"None"}""", "unsupported_algorithm")]
    [InlineData("""{"alg":"HS256"}""", "unsupported_algorithm")]
    [InlineData("""{"alg":"es256"}""", "unsupported_algorithm")]
    [InlineData("""{"alg":"ES384"}""", "unsupported_algorithm")]
    [InlineData("""{"alg":"RSA-OAEP-256","enc":"A256GCM"}""", "unsupported_algorithm")]
    [InlineData("""{}""", "unsupported_algorithm")]
    [InlineData("""{"alg":["ES256"]}""", "malformed")]
    [InlineData("""{"alg":null}""", "malformed")]
    [InlineData("""{"alg":"RS256"}""", "algorithm_mismatch")] // the key's configuration decides
    [InlineData("""{"alg":"PS256"}""", "algorithm_mismatch")]
    [InlineData("""{"alg":"ES256","crit":["exp"],"exp":1}""", "critical_header")] // RFC 7515 §4.1.11
    [InlineData("""{"alg":"ES256","crit":[]}""", "critical_header")]
    [InlineData("""{"alg":"ES256","crit":["b64"],"b64":false}""", "critical_header")]
    [InlineData("""{"alg":"ES256","b64":false}""", "unencoded_payload")] // RFC 7797
    [InlineData("""{"alg":"ES256","b64":"false"}""", "unencoded_payload")]
    [InlineData("""{"alg":"ES256","alg":"ES256"}""", "malformed")]
    [InlineData("""{"alg":"none","alg":"ES256"}""", "malformed")]
    [InlineData("""{"alg":"ES256","kid":1}""", "malformed")]
    [InlineData("""{"alg":"ES256","kid":["k"]}""", "malformed")]
    [InlineData("""{"alg":"ES256","typ":1}""", "malformed")]
    [InlineData("""{"alg":"ES256"}x""", "malformed")]
    [InlineData("""["ES256"]""", "malformed")]
    [InlineData("", "malformed")]
    public void Refuses_a_header_that_wants_another_reading(string header, string code) => Assert.Equal(code, Refusal(Forge(header)));

    [Theory, Trait("Security", "SEC-099")]
    [InlineData("""{"sub":"a","sub":"b"}""")]
    [InlineData("""{"act":{"sub":"a","sub":"b"}}""")]
    [InlineData("""["sub"]""")]
    [InlineData("\"sub\"")]
    [InlineData("""{"sub":"a"} """ + "{}")]
    [InlineData("""{"sub":"\ud800"}""")]
    [InlineData("")]
    public void Refuses_a_payload_that_is_not_one_clear_object(string payload) =>
        Assert.Equal("malformed", Refusal(Forge(Header, payload)));

    [Fact, Trait("Security", "SEC-099")]
    public void A_kid_has_at_most_128_characters()
    {
        Assert.Null(Refusal(Forge($$"""{"alg":"ES256","kid":"{{new string('k', 128)}}"}""")));
        Assert.Equal("malformed", Refusal(Forge($$"""{"alg":"ES256","kid":"{{new string('k', 129)}}"}""")));
    }

    [Fact, Trait("Security", "SEC-099")] // RFC 8725 §3.10: an attacker's key in the header is not even looked at
    public void Keys_that_a_token_brings_along_do_not_count()
    {
        var attacker = SigningKey.Generate(SignatureAlgorithm.ES256);
        using var stream = new MemoryStream();
        using (var writer = new System.Text.Json.Utf8JsonWriter(stream))
            attacker.PublicKey.JsonWebKey.WriteTo(writer);
        var jwk = Encoding.UTF8.GetString(stream.ToArray());

        foreach (
            var lure in new[]
            {
                $"\"jwk\":{jwk}",
                "\"jku\":\"https://evil.example/keys\"",
                "\"x5u\":\"https://evil.example/c\"",
                "\"x5c\":[\"MII=\"]",
            }
        )
        {
            var header = $$"""{"alg":"ES256","kid":"{{Es256.Kid}}",{{lure}}}""";
            Assert.Equal("bad_signature", Refusal(Forge(header, key: attacker)));
            Assert.Null(Refusal(Forge(header)));
        }
    }

    [Fact, Trait("Security", "SEC-099")]
    public void A_token_has_exactly_three_parts()
    {
        var parts = Forge(Header).Split('.');
        foreach (
            var token in new[]
            {
                "",
                ".",
                "..",
                "...",
                parts[0],
                $"{parts[0]}.{parts[1]}",
                $"{parts[0]}.{parts[1]}.{parts[2]}.",
                $".{parts[0]}.{parts[1]}.{parts[2]}",
                $"{parts[0]}.{parts[1]}.{parts[2]}.{parts[2]}",
                $"{parts[0]}..{parts[1]}.{parts[2]}",
                $"{parts[0]}..{parts[2]}",
                $".{parts[1]}.{parts[2]}",
            }
        )
            Assert.Equal("malformed", Refusal(token));
        Assert.Equal("bad_signature", Refusal($"{parts[0]}.{parts[1]}."));
    }

    [Fact, Trait("Security", "SEC-099")] // one token, one spelling
    public void Each_part_is_strict_base64url()
    {
        var parts = Forge(Header).Split('.');
        for (var bent = 0; bent < 3; bent++)
        {
            foreach (var ending in new[] { "=", "==", " ", "\n", "\r\n", "\t", "%3D", "+", "/", "\0", "é" })
            {
                var copy = parts.ToArray();
                copy[bent] += ending;
                Assert.Equal("malformed", Refusal(string.Join('.', copy)));
            }
        }
        // 64 bytes of signature leave four unused bits in the 86th character.
        var last = parts[2][^1];
        Assert.Contains(last, "AQgw");
        Assert.Equal("malformed", Refusal($"{parts[0]}.{parts[1]}.{parts[2][..^1]}{(char)(last + 1)}"));
    }

    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    public void No_truncation_is_accepted(string algorithm)
    {
        var key = Of(algorithm);
        var token = JsonWebToken.Sign(key, "JWT", "{}"u8);
        for (var length = 0; length < token.Length; length++)
            Assert.NotNull(Refusal(token[..length], key));
    }

    [Fact]
    public void No_single_changed_character_is_accepted()
    {
        var token = JsonWebToken.Sign(Es256, "JWT", """{"sub":"joe"}"""u8);
        for (var at = 0; at < token.Length; at++)
        {
            var replacement = token[at] == 'A' ? 'B' : 'A';
            Assert.NotNull(Refusal($"{token[..at]}{replacement}{token[(at + 1)..]}"));
        }
    }

    [Fact, Trait("Security", "SEC-099")]
    public void A_token_has_at_most_16_kilobytes()
    {
        var claims = Encoding.UTF8.GetBytes($$"""{"x":"{{new string('x', 12_000)}}"}""");
        var token = JsonWebToken.Sign(Es256, "JWT", claims);
        Assert.InRange(token.Length, 16_000, JsonWebToken.DefaultMaxBytes);
        Assert.Null(Refusal(token));

        var padded = JsonWebToken.Sign(Es256, "JWT", Encoding.UTF8.GetBytes($$"""{"x":"{{new string('x', 12_400)}}"}"""));
        Assert.True(padded.Length > JsonWebToken.DefaultMaxBytes);
        Assert.Equal("too_large", Refusal(padded));
        Assert.True(JsonWebToken.Parse(padded, maxBytes: padded.Length).TryGet(out _, out _));
        Assert.False(JsonWebToken.Parse(padded, maxBytes: padded.Length - 1).TryGet(out _, out _));
    }

    [Fact, Trait("Security", "SEC-098")] // the classic confusion: an RSA public key used as an HMAC secret
    public void A_public_key_is_no_hmac_secret()
    {
        var signed = $"{Encode("""{"alg":"HS256"}""")}.{Encode("{}")}";
        foreach (var secret in new[] { Rs256.PublicKey.JsonWebKey.Thumbprint(), Rs256.Kid, "" })
        {
            var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(signed));
            Assert.Equal("unsupported_algorithm", Refusal($"{signed}.{Base64Url.Encode(mac)}", Rs256));
        }
        Assert.Equal("unsupported_algorithm", Refusal($"{Encode("""{"alg":"none"}""")}.{Encode("{}")}.", Rs256));
    }

    [Fact] // the same RSA key under another algorithm is another key
    public void Padding_is_part_of_the_key()
    {
        Assert.Equal("algorithm_mismatch", Refusal(JsonWebToken.Sign(Rs256, "JWT", "{}"u8), Ps256));
        Assert.Equal("bad_signature", Refusal(Forge("""{"alg":"PS256"}""", key: Rs256), Ps256));
        Assert.Equal("bad_signature", Refusal(Forge("""{"alg":"RS256"}""", key: Ps256), Rs256));
    }

    [Fact] // RFC 7518 §3.4: r and s of 32 bytes each; the DER form that X.509 uses is something else
    public void A_der_signature_is_refused()
    {
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportPkcs8PrivateKey(Es256.ExportPkcs8(), out _);
        var signed = $"{Encode(Header)}.{Encode("{}")}";
        var der = ecdsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        Assert.Equal("bad_signature", Refusal($"{signed}.{Base64Url.Encode(der)}"));
        Assert.Equal("bad_signature", Refusal($"{signed}.{Base64Url.Encode(new byte[64])}")); // r = s = 0 (CVE-2022-21449)
    }

    [Fact]
    public void No_text_makes_the_parser_throw() =>
        Prop.ForAll(
                Gen.Elements(Encode(Header), Encode("{}"), Encode("{"), ".", "..", "=", " ", "A", "\u00e9", "\0", Encode("""{"alg":1}"""))
                    .ArrayOf()
                    .ToArbitrary(),
                parts => Refusal(string.Concat(parts)) is not null
            )
            .Holds();

    [Fact]
    public void Any_string_claim_survives_the_round_trip() =>
        Prop.ForAll<NonNull<string>>(text =>
            {
                // A lone surrogate cannot be written in UTF-8; the writer replaces it.
                var value = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get));
                var token = JsonWebToken.Sign(Es256, "JWT", claims => claims.WriteString("x", value));
                return JsonWebToken.Parse(token).TryGet(out var parsed, out _)
                    && parsed.Verify(Es256.PublicKey).TryGet(out var verified, out _)
                    && verified.Claims.TryGetString("x", out var read)
                    && read == value;
            })
            .Holds();
}
