using System.Security.Cryptography;
using System.Text.Json;
using Anteroom.Protocols.Jose;
using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Keys.Signing;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Observability;

namespace Anteroom.Server.Federation.Oidc.Token;

/// <summary>Makes the tokens of a grant: access token (RFC 9068) and id_token (OIDC Core §2), signed as the application registered.</summary>
public sealed class TokenIssuer(SigningKeys keys, AnteroomOptions options)
{
    private const int JwtIdBytes = 16;

    /// <param name="scope">What the tokens may do: the grant's scope or, on refresh, less.</param>
    /// <param name="nonce">Of the request that is answered; none on refresh (OIDC Core §12.2).</param>
    public async Task<TokenResponse> IssueAsync(
        Application client,
        GrantFacts facts,
        ScopeSet scope,
        string? nonce,
        Handle? refreshToken,
        string grantType,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var key = await keys.CurrentAsync(client.SigningAlgorithm, ct);
        var accessToken = JsonWebToken.Sign(key, TokenTypes.AccessToken, writer => WriteAccessToken(writer, client, facts, scope, now));
        var idToken = JsonWebToken.Sign(key, TokenTypes.IdToken, writer => WriteIdToken(writer, client, facts, scope, nonce, now));

        Telemetry.TokenIssued("access_token", grantType);
        Telemetry.TokenIssued("id_token", grantType);
        if (refreshToken is not null)
            Telemetry.TokenIssued("refresh_token", grantType);
        return new(accessToken, "Bearer", (int)OidcLifetimes.AccessToken.TotalSeconds, refreshToken?.Reveal(), idToken, scope.ToString());
    }

    // RFC 9068 §2.2
    private void WriteAccessToken(Utf8JsonWriter writer, Application client, GrantFacts facts, ScopeSet scope, DateTimeOffset now)
    {
        WriteCommon(writer, client.Audience, facts, now, OidcLifetimes.AccessToken);
        writer.WriteString("jti", JwtId.New(facts.Grant));
        writer.WriteString("client_id", client.ClientId);
        writer.WriteString("scope", scope.ToString());
        WriteAuthentication(writer, facts);
    }

    private void WriteIdToken(
        Utf8JsonWriter writer,
        Application client,
        GrantFacts facts,
        ScopeSet scope,
        string? nonce,
        DateTimeOffset now
    )
    {
        WriteCommon(writer, client.ClientId, facts, now, OidcLifetimes.IdToken);
        if (nonce is not null)
            writer.WriteString("nonce", nonce);
        WriteAuthentication(writer, facts);
        PersonClaims.Write(writer, facts, scope);
    }

    private void WriteCommon(Utf8JsonWriter writer, string audience, GrantFacts facts, DateTimeOffset now, TimeSpan life)
    {
        writer.WriteString("iss", options.Issuer);
        writer.WriteString("sub", facts.Person.Subject);
        writer.WriteString("aud", audience);
        writer.WriteNumber("iat", now.ToUnixTimeSeconds());
        writer.WriteNumber("exp", (now + life).ToUnixTimeSeconds());
        writer.WriteString("sid", facts.Session.ToString());
        writer.WriteString("org_id", facts.Organization.ToString());
    }

    private static void WriteAuthentication(Utf8JsonWriter writer, GrantFacts facts)
    {
        writer.WriteNumber("auth_time", facts.AuthenticatedAt.ToUnixTimeSeconds());
        if (facts.Acr is not null)
            writer.WriteString("acr", facts.Acr);
        if (facts.Amr.Count == 0)
            return;
        writer.WriteStartArray("amr");
        foreach (var method in facts.Amr)
            writer.WriteStringValue(method);
        writer.WriteEndArray();
    }

    /// <summary>A token's id: its grant, by which we find it again, and 128 random bits, which make it one of a kind.</summary>
    internal static class JwtId
    {
        public static string New(GrantId grant) =>
            Identifiers.ToBase32(grant.Value) + Base64Url.Encode(RandomNumberGenerator.GetBytes(JwtIdBytes));

        public static bool TryReadGrant(string? id, out GrantId grant)
        {
            grant = default;
            if (
                id is null
                || id.Length < Identifiers.Base32Length
                || !Identifiers.TryFromBase32(id.AsSpan(0, Identifiers.Base32Length), out var value)
            )
                return false;
            grant = new(value);
            return true;
        }
    }
}
