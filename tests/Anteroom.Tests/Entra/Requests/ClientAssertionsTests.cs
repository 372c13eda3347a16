using Anteroom.Entra.Requests;
using Anteroom.Protocols.Jose;

namespace Anteroom.Tests.Entra.Requests;

/// <summary>What our client says of itself in a secret's place (RFC 7523 §3), taken apart by our own reader.</summary>
public sealed class ClientAssertionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 9, 30, 0, TimeSpan.Zero);
    private static readonly Uri Endpoint = new("https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/oauth2/v2.0/token");

    [Fact] // OIDC Core §9
    public void By_a_certificate_it_speaks_of_the_client_to_the_token_endpoint_alone()
    {
        var key = SigningKey.Generate(SignatureAlgorithm.PS256);
        var token = Read(ClientAssertions.ByCertificate(key, "thumb", "client", Endpoint, Now).Reveal());
        Assert.True(token.Header.Members.TryGetString("x5t#S256", out var thumbprint));
        Assert.Equal(("PS256", "thumb"), (token.Header.Algorithm.Name, thumbprint));
        AssertClaims(token, key, "client", "client", Endpoint.AbsoluteUri);
    }

    [Fact]
    public void Federated_it_speaks_of_the_connection_in_our_name()
    {
        var key = SigningKey.Generate(SignatureAlgorithm.RS256);
        var token = Read(ClientAssertions.Federated(key, "https://sso.example", "abc123", "api://AzureADTokenExchange", Now).Reveal());
        Assert.Equal(("RS256", key.Kid), (token.Header.Algorithm.Name, token.Header.Kid));
        Assert.False(token.Header.Members.Contains("x5t#S256"));
        AssertClaims(token, key, "https://sso.example", "abc123", "api://AzureADTokenExchange");
    }

    [Fact]
    public void No_two_are_alike()
    {
        var key = SigningKey.Generate(SignatureAlgorithm.RS256);
        Assert.NotEqual(
            ClientAssertions.Federated(key, "i", "s", "a", Now).Reveal(),
            ClientAssertions.Federated(key, "i", "s", "a", Now).Reveal()
        );
    }

    private static UnverifiedJsonWebToken Read(string text) =>
        JsonWebToken.Parse(text).TryGet(out var token, out var error) ? token : throw new InvalidOperationException(error.ToString());

    private static void AssertClaims(UnverifiedJsonWebToken token, SigningKey key, string issuer, string subject, string audience)
    {
        Assert.True(token.Verify(key.PublicKey).TryGet(out var verified, out _));
        var claims = verified.Claims.Element;
        Assert.Equal(
            (issuer, subject, audience),
            (claims.GetProperty("iss").GetString(), claims.GetProperty("sub").GetString(), claims.GetProperty("aud").GetString())
        );
        Assert.Equal(
            (Now.ToUnixTimeSeconds(), Now.ToUnixTimeSeconds(), Now.AddMinutes(5).ToUnixTimeSeconds()),
            (claims.GetProperty("iat").GetInt64(), claims.GetProperty("nbf").GetInt64(), claims.GetProperty("exp").GetInt64())
        );
        Assert.Equal(22, claims.GetProperty("jti").GetString()!.Length);
    }
}
