using System.Text.Json;
using Anteroom.Protocols.Jose;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation.Oidc.Clients;

namespace Anteroom.Tests.Federation.Oidc.Clients;

/// <summary>RFC 7523 §3 claim by claim. As it stands the assertion is accepted; each test bends one claim.</summary>
[Trait("Security", "SEC-097")]
public sealed class ClientAssertionRulesTests
{
    private const string ClientId = "app_contoso";
    private const string Issuer = "https://login.example";
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_772_440_000);

    private readonly Dictionary<string, object?> _claims = new()
    {
        ["iss"] = ClientId,
        ["sub"] = ClientId,
        ["aud"] = Issuer,
        ["exp"] = Now.ToUnixTimeSeconds() + 60,
        ["nbf"] = Now.ToUnixTimeSeconds(),
        ["iat"] = Now.ToUnixTimeSeconds(),
        ["jti"] = "once",
    };

    private Result<AssertedOnce, string> Read()
    {
        Assert.True(StrictJson.ParseObject(JsonSerializer.SerializeToUtf8Bytes(_claims), 16 * 1024).TryGet(out var claims, out _));
        return ClientAssertionRules.Read(claims, ClientId, Issuer, Now);
    }

    private string? Refusal() => Read().TryGet(out _, out var refusal) ? null : refusal;

    [Fact]
    public void Tells_what_counts_once_and_until_when()
    {
        Assert.True(Read().TryGet(out var once, out _));
        Assert.Equal(new AssertedOnce("once", Now.AddSeconds(60)), once);
    }

    [Theory]
    [InlineData("iss", "iss and sub are not the client_id")]
    [InlineData("sub", "iss and sub are not the client_id")]
    [InlineData("aud", "aud is not our issuer as one string")]
    [InlineData("exp", "exp is missing or malformed")]
    [InlineData("nbf", null)] // optional
    [InlineData("iat", null)]
    [InlineData("jti", "jti is missing or too long")]
    public void A_claim_that_must_be_there_is_asked_for(string claim, string? refusal)
    {
        _claims.Remove(claim);
        Assert.Equal(refusal, Refusal());
    }

    [Theory]
    [Trait("Security", "SEC-099")]
    [InlineData("iss", 7, "iss and sub are not the client_id")]
    [InlineData("iss", "app_somebody", "iss and sub are not the client_id")]
    [InlineData("iss", "APP_CONTOSO", "iss and sub are not the client_id")]
    [InlineData("sub", 7, "iss and sub are not the client_id")]
    [InlineData("sub", "app_somebody", "iss and sub are not the client_id")]
    [InlineData("sub", "", "iss and sub are not the client_id")]
    [InlineData("aud", 7, "aud is not our issuer as one string")]
    [InlineData("aud", new[] { Issuer }, "aud is not our issuer as one string")]
    [InlineData("aud", new[] { Issuer, "https://other.example" }, "aud is not our issuer as one string")]
    [InlineData("aud", Issuer + "/", "aud is not our issuer as one string")]
    [InlineData("aud", Issuer + "/connect/token", "aud is not our issuer as one string")]
    [InlineData("aud", "https://other.example", "aud is not our issuer as one string")]
    [InlineData("exp", "soon", "exp is missing or malformed")]
    [InlineData("exp", -1, "exp is missing or malformed")]
    [InlineData("nbf", "now", "nbf is ahead of time or malformed")]
    [InlineData("nbf", null, "nbf is ahead of time or malformed")]
    [InlineData("iat", true, "iat is ahead of time or malformed")]
    [InlineData("jti", 7, "jti is missing or too long")]
    [InlineData("jti", "", "jti is missing or too long")]
    public void A_claim_of_another_shape_or_value_is_refused(string claim, object? value, string refusal)
    {
        _claims[claim] = value;
        Assert.Equal(refusal, Refusal());
    }

    [Theory] // seconds from now
    [InlineData("exp", 1, null)]
    [InlineData("exp", 0, "expired")] // the last second is already too late
    [InlineData("exp", -3600, "expired")]
    [InlineData("exp", 300, null)]
    [InlineData("exp", 301, "exp is too far ahead")]
    [InlineData("nbf", 10, null)]
    [InlineData("nbf", 11, "nbf is ahead of time or malformed")]
    [InlineData("nbf", -3600, null)]
    [InlineData("iat", 10, null)]
    [InlineData("iat", 11, "iat is ahead of time or malformed")]
    [InlineData("iat", -3600, null)] // what bounds the life is exp
    public void Times_are_kept_to_the_second(string claim, int seconds, string? refusal)
    {
        _claims[claim] = Now.ToUnixTimeSeconds() + seconds;
        Assert.Equal(refusal, Refusal());
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(256, null)]
    [InlineData(257, "jti is missing or too long")]
    public void A_jti_has_1_to_256_characters(int length, string? refusal)
    {
        _claims["jti"] = new string('j', length);
        Assert.Equal(refusal, Refusal());
    }

    [Theory] // RFC 8725 §3.11: another kind of token of the same client is no assertion
    [InlineData(null, true)]
    [InlineData("JWT", true)]
    [InlineData("jwt", true)]
    [InlineData("client-authentication+jwt", true)]
    [InlineData("application/client-authentication+jwt", true)]
    [InlineData("at+jwt", false)]
    [InlineData("dpop+jwt", false)]
    [InlineData("logout+jwt", false)]
    [InlineData("", false)]
    public void Other_kinds_of_token_are_none(string? typ, bool allowed)
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, string> { ["alg"] = "ES256" }
                .Concat(typ is null ? [] : [KeyValuePair.Create("typ", typ)])
                .ToDictionary()
        );
        Assert.True(JsonWebToken.Parse($"{Base64Url.Encode(header)}.e30.AAAA").TryGet(out var token, out _));
        Assert.Equal(allowed, ClientAssertionRules.AllowType(token.Header));
    }
}
