using System.Security.Cryptography;
using Anteroom.Protocols.Jose;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Entra.Requests;

/// <summary>Statements by which our client proves itself at a token endpoint without a secret (RFC 7523 §3, OIDC Core §9).</summary>
/// <remarks>Each lives five minutes and is made for one request. Clocks of a cloud and ours may differ by as much as it allows itself, five minutes.</remarks>
public static class ClientAssertions
{
    private const string Type = "JWT";
    private const int IdBytes = 16;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    /// <summary>Signed with the key of a certificate that the app registration holds (private_key_jwt).</summary>
    /// <param name="key">The private key; PS256, or RS256 where the provider knows no other.</param>
    /// <param name="thumbprint">The certificate's SHA-256 as base64url: <c>x5t#S256</c> (RFC 7515 §4.1.8).</param>
    /// <param name="tokenEndpoint">The one place where the statement counts.</param>
    public static Secret ByCertificate(SigningKey key, string thumbprint, string clientId, Uri tokenEndpoint, DateTimeOffset now) =>
        Make(key, clientId, clientId, tokenEndpoint.AbsoluteUri, now, thumbprint);

    /// <summary>A token of our own issuer that the app registration trusts for one subject (a federated credential). Entra takes RS256 only.</summary>
    /// <param name="audience">The cloud's own (<see cref="Providers.Cloud.TokenExchangeAudienceOf"/>).</param>
    public static Secret Federated(SigningKey key, string issuer, string subject, string audience, DateTimeOffset now) =>
        Make(key, issuer, subject, audience, now, thumbprint: null);

    private static Secret Make(SigningKey key, string issuer, string subject, string audience, DateTimeOffset now, string? thumbprint) =>
        new(
            JsonWebToken.Sign(
                key,
                Type,
                claims =>
                {
                    claims.WriteString("iss", issuer);
                    claims.WriteString("sub", subject);
                    claims.WriteString("aud", audience);
                    claims.WriteString("jti", Base64Url.Encode(RandomNumberGenerator.GetBytes(IdBytes)));
                    claims.WriteNumber("iat", now.ToUnixTimeSeconds());
                    claims.WriteNumber("nbf", now.ToUnixTimeSeconds());
                    claims.WriteNumber("exp", (now + Life).ToUnixTimeSeconds());
                },
                header =>
                {
                    if (thumbprint is not null)
                        header.WriteString("x5t#S256", thumbprint);
                }
            )
        );
}
