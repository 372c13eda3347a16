using Anteroom.Protocols.Jose;
using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Keys.Signing;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.SignIn;

namespace Anteroom.Server.Federation.Oidc.Token;

/// <summary>An access token of ours whose signature, issuer and time hold.</summary>
public sealed record AccessToken(
    OrganizationId Organization,
    GrantId Grant,
    SessionId Session,
    string Subject,
    string ClientId,
    ScopeSet Scope,
    DateTimeOffset ExpiresAt
);

/// <summary>Why an access token is not one; for the log.</summary>
public sealed record AccessTokenError(string Reason);

/// <summary>Recognises our own access tokens (RFC 9068 §4) and finds what stands behind them.</summary>
public sealed class AccessTokens(SigningKeys keys, Database database, AnteroomOptions options, TimeProvider clock)
{
    public async Task<Result<AccessToken, AccessTokenError>> ReadAsync(string text, CancellationToken ct)
    {
        if (!JsonWebToken.Parse(text).TryGet(out var token, out var malformed))
            return new AccessTokenError(malformed.Reason);
        if (token.Header.Kid is not { } kid || !token.Header.HasType(TokenTypes.AccessToken))
            return new AccessTokenError("not an access token");
        if (await keys.FindAsync(kid, ct) is not { } key)
            return new AccessTokenError("unknown key");
        if (!token.Verify(key).TryGet(out var verified, out malformed))
            return new AccessTokenError(malformed.Reason);

        var claims = verified.Claims;
        if (
            !claims.TryGetString("iss", out var issuer)
            || issuer != options.Issuer
            || !claims.TryGetNumericDate("exp", out var expires)
            || expires is not { } expiresAt
            || !claims.TryGetString("jti", out var id)
            || !TokenIssuer.JwtId.TryReadGrant(id, out var grant)
            || !claims.TryGetString("org_id", out var organizationText)
            || !OrganizationId.TryParse(organizationText, out var organization)
            || !claims.TryGetString("sid", out var sessionText)
            || !SessionId.TryParse(sessionText, out var session)
            || !claims.TryGetString("sub", out var subject)
            || subject is null
            || !claims.TryGetString("client_id", out var clientId)
            || clientId is null
            || !claims.TryGetString("scope", out var scopeText)
            || !ScopeSet.Parse(scopeText).TryGet(out var scope, out _)
        )
            return new AccessTokenError("a claim is missing or wrong");
        return expiresAt <= clock.GetUtcNow()
            ? new AccessTokenError("expired")
            : new AccessToken(organization, grant, session, subject, clientId, scope, expiresAt);
    }

    /// <summary>Grant, session, person, organization and application in one query.</summary>
    public async Task<GrantFacts?> FactsAsync(AccessToken token, CancellationToken ct)
    {
        var row = await database
            .In(token.Organization)
            .FirstAsync<GrantFactsRow>(
                $"""
                SELECT {GrantFactsRow.Columns} FROM grants g
                {GrantFactsRow.Joins}
                 WHERE g.organization_id = @organization AND g.grant_id = @grant
                """,
                new { grant = token.Grant.Value },
                ct
            );
        return row?.ToFacts(token.Organization);
    }
}
