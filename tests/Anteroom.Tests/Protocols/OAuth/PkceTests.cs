using System.Text;
using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Tests.Protocols.OAuth;

[Trait("Security", "SEC-093")]
public sealed class PkceTests
{
    // RFC 7636 appendix B
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    [Fact] // RFC 7636 appendix B
    public void The_published_verifier_answers_the_published_challenge()
    {
        Assert.True(Parse(Challenge).IsAnsweredBy(Verifier));
        Assert.True(CodeVerifier.TryParse(Verifier, out var verifier));
        Assert.Equal(Challenge, verifier.Challenge.Value);
    }

    [Fact]
    public void Each_new_verifier_answers_its_own_challenge_only()
    {
        var one = CodeVerifier.New();
        var other = CodeVerifier.New();
        Assert.True(one.Challenge.IsAnsweredBy(one.Reveal()));
        Assert.False(one.Challenge.IsAnsweredBy(other.Reveal()));
        Assert.NotEqual(one.Challenge, other.Challenge);
        Assert.Equal(one.Challenge, Parse(one.Challenge.Value));
        Assert.Equal(CodeVerifier.MinLength, one.Reveal().Length); // 256 bits
        Assert.Equal("[secret]", one.ToString());
    }

    [Theory] // RFC 7636 §4.1
    [InlineData(42, false)]
    [InlineData(43, true)]
    [InlineData(128, true)]
    [InlineData(129, false)]
    [InlineData(0, false)]
    public void A_verifier_has_43_to_128_characters(int length, bool valid)
    {
        var text = new string('~', length);
        Assert.Equal(valid, CodeVerifier.TryParse(text, out var verifier));
        Assert.Equal(valid, verifier is not null);
        Assert.Equal(valid, verifier?.Challenge.IsAnsweredBy(text) ?? false);
    }

    [Theory]
    [InlineData('+')]
    [InlineData('/')]
    [InlineData('=')]
    [InlineData(' ')]
    [InlineData('%')]
    [InlineData('\0')]
    [InlineData('é')]
    [InlineData('\n')]
    public void A_verifier_has_unreserved_characters_only(char character)
    {
        var text = new string('a', 50) + character;
        Assert.False(CodeVerifier.TryParse(text, out _));
        var sha256 = System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text));
        Assert.False(Parse(Base64Url.Encode(sha256)).IsAnsweredBy(text)); // the hash would fit; the verifier is none
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(Challenge)] // the challenge is not its own answer, as it was with "plain"
    [InlineData(Verifier + " ")]
    [InlineData("DBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")]
    public void Nothing_else_answers(string? verifier) => Assert.False(Parse(Challenge).IsAnsweredBy(verifier));

    [Theory]
    [InlineData(Challenge, "plain")]
    [InlineData(Challenge, null)] // would mean plain (RFC 7636 §4.3)
    [InlineData(Challenge, "")]
    [InlineData(Challenge, "s256")]
    [InlineData(null, "S256")]
    [InlineData(null, null)]
    [InlineData("", "S256")]
    [InlineData(Challenge + "A", "S256")]
    [InlineData(Challenge + "=", "S256")]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN", "S256")] // another spelling of the same bytes
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c", "S256")]
    public void Other_challenges_are_invalid_requests(string? challenge, string? method)
    {
        Assert.False(CodeChallenge.Parse(challenge, method).TryGet(out _, out var error));
        Assert.Equal("invalid_request", error.Code);
        Assert.Contains("code_challenge", error.Description, StringComparison.Ordinal);
    }

    private static CodeChallenge Parse(string challenge) =>
        CodeChallenge.Parse(challenge, "S256").TryGet(out var parsed, out var error)
            ? parsed
            : throw new InvalidOperationException(error.Description);
}
