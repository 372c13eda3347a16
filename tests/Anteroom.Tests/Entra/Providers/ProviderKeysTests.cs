using Anteroom.Entra.Providers;
using Anteroom.Protocols.Jose;

namespace Anteroom.Tests.Entra.Providers;

/// <summary>Which keys may verify a token: those of its name and algorithm, or a few of its algorithm where it names none.</summary>
[Trait("Security", "SEC-062")]
public sealed class ProviderKeysTests
{
    private static readonly JsonWebKey Rsa = SigningKey.Generate(SignatureAlgorithm.RS256, kid: "rsa").PublicKey.JsonWebKey with
    {
        Alg = null,
    };
    private static readonly JsonWebKey Elliptic = SigningKey.Generate(SignatureAlgorithm.ES256, kid: "ec").PublicKey.JsonWebKey;

    private static ProviderKeys Keys(SignatureAlgorithm[] algorithms, params JsonWebKey[] published) =>
        new(new JsonWebKeySet(published), algorithms);

    [Fact]
    public void A_name_finds_its_key_for_its_algorithm_alone()
    {
        var keys = Keys([SignatureAlgorithm.RS256, SignatureAlgorithm.ES256], Rsa, Elliptic);
        Assert.Equal(2, keys.Count);
        Assert.Equal("rsa", Assert.Single(keys.Find("rsa", SignatureAlgorithm.RS256)).Kid);
        Assert.Equal("ec", Assert.Single(keys.Find("ec", SignatureAlgorithm.ES256)).Kid);
        Assert.Empty(keys.Find("rsa", SignatureAlgorithm.ES256));
        Assert.Empty(keys.Find("rsa", SignatureAlgorithm.PS256)); // not announced
        Assert.Empty(keys.Find("RSA", SignatureAlgorithm.RS256));
        Assert.Empty(keys.Find("", SignatureAlgorithm.RS256));
    }

    [Fact] // RFC 8725 §3.1
    public void A_key_serves_every_announced_algorithm_of_its_type_and_no_other()
    {
        var keys = Keys([SignatureAlgorithm.RS256, SignatureAlgorithm.PS256], Rsa, Elliptic);
        Assert.Equal(2, keys.Count);
        Assert.Single(keys.Find("rsa", SignatureAlgorithm.RS256));
        Assert.Single(keys.Find("rsa", SignatureAlgorithm.PS256));
        Assert.False(keys.Knows("ec"));
    }

    [Fact]
    public void Only_names_of_usable_keys_are_known()
    {
        var keys = Keys([SignatureAlgorithm.RS256], Rsa, Rsa with { Kid = "for encryption", Use = "enc" }, Rsa with { Kid = null });
        Assert.True(keys.Knows("rsa"));
        Assert.False(keys.Knows("for encryption"));
        Assert.False(keys.Knows("another"));
        Assert.False(keys.Knows(null)); // a key without a name is nobody's namesake
    }

    [Theory] // each candidate costs a verification, and anybody may send a token without a name
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(8, 8)]
    [InlineData(9, 0)]
    public void Without_a_name_all_keys_of_the_algorithm_are_tried_up_to_eight(int published, int tried)
    {
        var keys = Keys(
            [SignatureAlgorithm.RS256, SignatureAlgorithm.ES256],
            [Elliptic, .. Enumerable.Range(0, published).Select(i => Rsa with { Kid = $"rsa{i}" })]
        );
        Assert.Equal(tried, keys.Find(null, SignatureAlgorithm.RS256).Count);
        Assert.Single(keys.Find(null, SignatureAlgorithm.ES256));
    }
}
