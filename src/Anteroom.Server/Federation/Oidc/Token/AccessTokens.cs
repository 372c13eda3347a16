using System.Security.Cryptography;
using System.Text;
using Anteroom.Protocols.Jose;
using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Subjects;
using Anteroom.Server.Keys.Signing;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Federation.Oidc.Token;

/// <summary>Recognises our own access tokens (RFC 9068 §4), and asks the database whether what they stand on still stands (SEC-104).</summary>
public sealed class AccessTokens(
    SigningKeys keys,
    Database database,
    ApplicationStore applications,
    SubjectNames subjects,
    AnteroomOptions options,
    TimeProvider clock
)
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
        if (Read(verified.Claims) is not { } read)
            return new AccessTokenError("a claim is missing or wrong");
        return read.ExpiresAt <= clock.GetUtcNow() ? new AccessTokenError("expired") : read;
    }

    private AccessToken? Read(JsonMembers claims)
    {
        if (
            !claims.TryGetString("iss", out var issuer)
            || issuer != options.Issuer
            || !claims.TryGetString("jti", out var id)
            || id is null
            || !claims.TryGetString("sub", out var subject)
            || subject is null
            || !claims.TryGetString("client_id", out var clientId)
            || clientId is null
            || !claims.TryGetString("aud", out var audience)
            || audience is null
            || !claims.TryGetString("scope", out var scopeText)
            || !ScopeSet.Parse(scopeText).TryGet(out var scope, out _)
            || !claims.TryGetNumericDate("iat", out var issued)
            || issued is not { } issuedAt
            || !claims.TryGetNumericDate("exp", out var expires)
            || expires is not { } expiresAt
            || !claims.TryGetString("org_id", out var organizationText)
            || !claims.TryGetString("sid", out var sessionText)
        )
            return null;

        var organization = OrganizationId.Platform;
        if (organizationText is not null && !OrganizationId.TryParse(organizationText, out organization))
            return null;
        TokenSignIn? signIn = null;
        if (sessionText is not null)
        {
            if (organizationText is null || !TokenIssuer.JwtId.TryReadGrant(id, out var grant))
                return null;
            signIn = new(grant, sessionText);
        }
        else if (subject != clientId)
            return null;
        return new(id, subject, clientId, audience, scope, organization, issuedAt, expiresAt, signIn);
    }

    /// <summary>Grant, session, person, organization and application of a person's token in one query, and whether they still carry it (SEC-036, SEC-039).</summary>
    public async Task<Result<GrantFacts, AccessTokenError>> StandsOnAsync(AccessToken token, CancellationToken ct)
    {
        if (token.SignIn is not { } signIn)
            return new AccessTokenError("no person is present");
        if (await GrantFactsRow.FindAsync(database, token.Organization, signIn.Grant, ct) is not { } facts)
            return new AccessTokenError("no such grant");
        if (facts.ClientId != token.ClientId)
            return new AccessTokenError("the grant is another's");
        if (!facts.SessionExists && !facts.IsOffline)
            return new AccessTokenError("the session has ended");
        if (await applications.FindByClientIdAsync(facts.ClientId, ct) is not { } application)
            return new AccessTokenError("the application is gone");
        if (await subjects.SessionOfAsync(application, facts.Session, ct) != signIn.Sid)
            return new AccessTokenError("the grant is of another session");
        if (await subjects.OfAsync(application, facts.User, facts.Person.Subject, ct) != token.Subject)
            return new AccessTokenError("the person has another subject there");
        return facts.Refusal(application.Channel) is { } refusal ? new AccessTokenError(refusal) : facts;
    }

    /// <summary>Whether a client's token for itself still counts: its application and organization work, and nobody revoked it.</summary>
    public Task<bool> ClientStandsAsync(AccessToken token, CancellationToken ct) =>
        database
            .In(token.Organization)
            .FirstAsync<bool>(
                """
                SELECT EXISTS (SELECT FROM applications a JOIN organizations o ON o.organization_id = a.organization_id
                                WHERE a.organization_id = @organization AND a.client_id = @client AND a.protocol = 'oidc'
                                  AND a.disabled_at IS NULL AND o.status = 'active')
                   AND NOT EXISTS (SELECT FROM consumed WHERE organization_id = @organization AND sha256 = @token)
                """,
                new { client = token.ClientId, token = HashOf(token) },
                ct
            );

    /// <summary>Under which a revoked token of a client is remembered.</summary>
    internal static byte[] HashOf(AccessToken token) => SHA256.HashData(Encoding.ASCII.GetBytes("access_token " + token.Id));
}
