using System.Text;
using Anteroom.Protocols.Jose;
using static Anteroom.Tests.Protocols.Jose.JoseScenario;

namespace Anteroom.Tests.Protocols.Jose;

public sealed class JsonWebKeySetTests
{
    [Fact]
    public void A_set_survives_the_round_trip()
    {
        var written = new JsonWebKeySet([Es256.PublicKey.JsonWebKey, Rs256.PublicKey.JsonWebKey]).ToUtf8();
        Assert.True(JsonWebKeySet.Parse(written).TryGet(out var set, out _));
        Assert.Equal([Es256.Kid, Rs256.Kid], set.Keys.Select(key => key.Kid));
        Assert.Equal(0, set.Skipped);
        Assert.NotNull(set.Find(Es256.Kid, SignatureAlgorithm.ES256));
        Assert.Null(set.Find(Es256.Kid, SignatureAlgorithm.RS256));
        Assert.Null(set.Find(Rs256.Kid, SignatureAlgorithm.PS256));
        Assert.Null(set.Find("unknown", SignatureAlgorithm.ES256));
    }

    [Fact] // RFC 7517 §5
    public void Unusable_keys_are_skipped_and_counted()
    {
        var good = JsonWebKeyTests.Json(Es256.PublicKey.JsonWebKey);
        var text =
            $$"""{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AA"},{{good}},7,null,{"kty":"RSA","n":"AQAB","e":"AQAB"},{}],"more":1}""";
        Assert.True(Parse(text).TryGet(out var set, out _));
        Assert.Equal(Es256.Kid, Assert.Single(set.Keys).Kid);
        Assert.Equal(5, set.Skipped);
    }

    [Fact] // RFC 7517 §4.5: names may repeat across key types
    public void Keys_of_one_name_are_told_apart_by_type()
    {
        var set = new JsonWebKeySet([Rs256.PublicKey.JsonWebKey with { Kid = "k" }, Es256.PublicKey.JsonWebKey with { Kid = "k" }]);
        Assert.Equal("EC", set.Find("k", SignatureAlgorithm.ES256)!.KeyType);
        Assert.Equal("RSA", set.Find("k", SignatureAlgorithm.RS256)!.KeyType);
    }

    [Fact]
    public void A_set_has_at_most_a_hundred_keys()
    {
        Assert.True(Parse(Keys(100)).TryGet(out var full, out _));
        Assert.Equal(100, full.Skipped);
        Assert.False(Parse(Keys(101)).TryGet(out _, out var refused));
        Assert.Equal("The document has more than 100 keys.", refused.Reason);

        static string Keys(int count) => $$"""{"keys":[{{string.Join(',', Enumerable.Repeat("{}", count))}}]}""";
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"keys":{}}""")]
    [InlineData("""{"keys":null}""")]
    [InlineData("""{"keys":[],"keys":[]}""")]
    [InlineData("""{"keys":[{"kid":"a","kid":"b"}]}""")]
    [InlineData("""{"keys":[]}x""")]
    [InlineData("""{"keys":[]""")]
    public void Other_documents_are_refused(string text)
    {
        Assert.False(Parse(text).TryGet(out _, out var refused));
        Assert.Equal("malformed", refused.Code);
        Assert.NotEmpty(refused.Reason);
    }

    [Fact]
    public void The_caller_limits_the_size()
    {
        var text = """{"keys":[]}"""u8.ToArray();
        Assert.True(JsonWebKeySet.Parse(text, text.Length).TryGet(out _, out _));
        Assert.False(JsonWebKeySet.Parse(text, text.Length - 1).TryGet(out _, out _));
    }

    private static Anteroom.Protocols.Primitives.Result<JsonWebKeySet, JoseError> Parse(string text) =>
        JsonWebKeySet.Parse(Encoding.UTF8.GetBytes(text));
}
