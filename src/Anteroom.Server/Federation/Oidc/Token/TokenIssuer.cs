using System.Security.Cryptography;
using System.Text.Json;
using Anteroom.Protocols.Jose;
using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Subjects;
using Anteroom.Server.Keys.Signing;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Observability;

namespace Anteroom.Server.Federation.Oidc.Token;

/// <summary>What a grant of a person wants issued.</summary>
/// <param name="Scope">What the tokens may do: the grant's scope or, on refresh, less.</param>
/// <param name="Audience">The API that the access token is for.</param>
/// <param name="GrantType">By which it came, for the figures.</param>
public sealed record TokenOrder(Application Client, GrantFacts Facts, ScopeSet Scope, string Audience, string GrantType)
{
    /// <summary>Of the request that is answered; none on refresh (OIDC Core §12.2).</summary>
    public string? Nonce { get; init; }

    public Handle? RefreshToken { get; init; }
}

/// <summary>Makes the tokens of a grant: access token (RFC 9068) and id_token (OIDC Core §2), signed as the application registered.</summary>
public sealed class TokenIssuer(SigningKeys keys, SubjectNames subjects, AnteroomOptions options)
{
    private const string Bearer = "Bearer";
    private const int JwtIdBytes = 16;

    public async Task<TokenResponse> IssueAsync(TokenOrder order, DateTimeOffset now, CancellationToken ct)
    {
        var client = order.Client;
        var subject = await subjects.OfAsync(client, order.Facts.User, order.Facts.Person.Subject, ct);
        var sid = await subjects.SessionOfAsync(client, order.Facts.Session, ct);
        var key = await keys.CurrentAsync(client.SigningAlgorithm, ct);
        var accessToken = JsonWebToken.Sign(key, TokenTypes.AccessToken, writer => WriteAccessToken(writer, order, subject, sid, now));
        var idToken = JsonWebToken.Sign(key, TokenTypes.IdToken, writer => WriteIdToken(writer, order, subject, sid, now));

        Telemetry.TokenIssued("access_token", order.GrantType);
        Telemetry.TokenIssued("id_token", order.GrantType);
        if (order.RefreshToken is not null)
            Telemetry.TokenIssued("refresh_token", order.GrantType);
        return new(accessToken, Bearer, SecondsOf(client.Lifetimes.AccessToken), order.Scope.ToString())
        {
            RefreshToken = order.RefreshToken?.Reveal(),
            IdToken = idToken,
        };
    }

    /// <summary>An access token for the client itself, where no person is present (RFC 6749 §4.4.3): its <c>sub</c> is the client_id (RFC 9068 §2.2).</summary>
    public async Task<TokenResponse> IssueToClientAsync(
        Application client,
        ScopeSet scope,
        string audience,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var key = await keys.CurrentAsync(client.SigningAlgorithm, ct);
        var scopeText = scope.Items.Count == 0 ? null : scope.ToString();
        var accessToken = JsonWebToken.Sign(
            key,
            TokenTypes.AccessToken,
            writer =>
            {
                WriteCommon(writer, client.ClientId, audience, now, client.Lifetimes.AccessToken);
                writer.WriteString("jti", JwtId.New());
                writer.WriteString("client_id", client.ClientId);
                if (scopeText is not null)
                    writer.WriteString("scope", scopeText);
                if (client.Organization != OrganizationId.Platform)
                    writer.WriteString("org_id", client.Organization.ToString());
            }
        );
        Telemetry.TokenIssued("access_token", GrantType.ClientCredentials);
        return new(accessToken, Bearer, SecondsOf(client.Lifetimes.AccessToken), scopeText);
    }

    // RFC 9068 §2.2
    private void WriteAccessToken(Utf8JsonWriter writer, TokenOrder order, string subject, string sid, DateTimeOffset now)
    {
        WriteCommon(writer, subject, order.Audience, now, order.Client.Lifetimes.AccessToken);
        writer.WriteString("jti", JwtId.New(order.Facts.Grant));
        writer.WriteString("client_id", order.Client.ClientId);
        writer.WriteString("scope", order.Scope.ToString());
        WriteSignIn(writer, order.Facts, sid);
    }

    private void WriteIdToken(Utf8JsonWriter writer, TokenOrder order, string subject, string sid, DateTimeOffset now)
    {
        WriteCommon(writer, subject, order.Client.ClientId, now, order.Client.Lifetimes.IdToken);
        if (order.Nonce is not null)
            writer.WriteString("nonce", order.Nonce);
        WriteSignIn(writer, order.Facts, sid);
        PersonClaims.Write(writer, order.Facts, order.Scope);
    }

    private void WriteCommon(Utf8JsonWriter writer, string subject, string audience, DateTimeOffset now, TimeSpan life)
    {
        writer.WriteString("iss", options.Issuer);
        writer.WriteString("sub", subject);
        writer.WriteString("aud", audience);
        writer.WriteNumber("iat", now.ToUnixTimeSeconds());
        writer.WriteNumber("exp", (now + life).ToUnixTimeSeconds());
    }

    private static void WriteSignIn(Utf8JsonWriter writer, GrantFacts facts, string sid)
    {
        writer.WriteString("sid", sid);
        writer.WriteString("org_id", facts.Organization.ToString());
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

    private static int SecondsOf(TimeSpan life) => (int)life.TotalSeconds;

    /// <summary>A token's id: where there is a grant that grant, by which we find it again; and 128 random bits, which make it one of a kind.</summary>
    internal static class JwtId
    {
        public static string New() => Base64Url.Encode(RandomNumberGenerator.GetBytes(JwtIdBytes));

        public static string New(GrantId grant) => Identifiers.ToBase32(grant.Value) + New();

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
