using System.Security.Cryptography;
using System.Text;
using Anteroom.Protocols.Jose;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Federation.Oidc.Clients;

/// <summary>Decides whether a signed assertion proves a client (RFC 7523 §3 as draft-ietf-oauth-rfc7523bis narrows it, OIDC Core §9, SEC-097).</summary>
/// <remarks>Each <c>jti</c> counts once; it is remembered until the assertion expires, at most five minutes, so that what is remembered is bounded.</remarks>
public sealed class ClientAssertions(ClientKeySets keys, Database database, AnteroomOptions options, TimeProvider clock)
{
    /// <summary>The one <c>client_assertion_type</c> (RFC 7523 §2.2).</summary>
    public const string Type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    public const int MaxJwtIdLength = 256;

    private const string PlainType = "JWT";
    private const string OwnType = "client-authentication+jwt";

    private static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(5);

    /// <summary>By how much the client's clock may be ahead of ours.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(10);

    /// <summary>Why it proves nothing, for the log; null where it does, and then it is used up.</summary>
    public async Task<string?> RefusalAsync(UnverifiedJsonWebToken assertion, Application client, CancellationToken ct)
    {
        if (assertion.Header.Typ is not null && !assertion.Header.HasType(PlainType) && !assertion.Header.HasType(OwnType))
            return "another kind of token";
        if (!(await keys.FindAsync(client, assertion.Header.Kid, ct)).TryGet(out var key, out var missing))
            return missing.Reason;
        if (!assertion.Verify(key).TryGet(out var verified, out var broken))
            return broken.Reason;

        var (claims, now) = (verified.Claims, clock.GetUtcNow());
        if (
            !claims.TryGetString("iss", out var issuer)
            || issuer != client.ClientId
            || !claims.TryGetString("sub", out var subject)
            || subject != client.ClientId
        )
            return "iss and sub are not the client_id";
        // Our issuer alone: an assertion for somebody else too could be carried here by them (CVE-2025-27370).
        if (!claims.TryGetString("aud", out var audience) || audience != options.Issuer)
            return "aud is not our issuer as one string";
        if (!claims.TryGetNumericDate("exp", out var exp) || exp is not { } expires)
            return "exp is missing or malformed";
        if (expires <= now)
            return "expired";
        if (expires > now + LongestLife)
            return "exp is too far ahead";
        if (!claims.TryGetNumericDate("nbf", out var notBefore) || notBefore > now + Ahead)
            return "nbf is ahead of time or malformed";
        if (!claims.TryGetNumericDate("iat", out var issuedAt) || issuedAt > now + Ahead)
            return "iat is ahead of time or malformed";
        if (!claims.TryGetString("jti", out var id) || id is not { Length: > 0 and <= MaxJwtIdLength })
            return "jti is missing or too long";
        return await TryUseUpAsync(client, id, expires, ct) ? null : "jti was used before";
    }

    // One insert: of the same assertion on two nodes at once one proves something (SEC-341).
    private async Task<bool> TryUseUpAsync(Application client, string id, DateTimeOffset expires, CancellationToken ct) =>
        await database
            .In(client.Organization)
            .ExecuteAsync(
                """
                INSERT INTO consumed (organization_id, sha256, purpose, expires_at)
                VALUES (@organization, @sha256, 'client_assertion', @expires)
                ON CONFLICT DO NOTHING
                """,
                new { sha256 = SHA256.HashData(Encoding.UTF8.GetBytes($"client_assertion {client.ClientId} {id}")), expires },
                ct
            ) == 1;
}
