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

    /// <summary>Why it proves nothing, for the log; null where it does, and then it is used up.</summary>
    public async Task<string?> RefusalAsync(UnverifiedJsonWebToken assertion, Application client, CancellationToken ct)
    {
        if (!ClientAssertionRules.AllowType(assertion.Header))
            return "another kind of token";
        if (!(await keys.FindAsync(client, assertion.Header.Kid, ct)).TryGet(out var key, out var missing))
            return missing.Reason;
        if (!assertion.Verify(key).TryGet(out var verified, out var broken))
            return broken.Reason;

        if (
            !ClientAssertionRules
                .Read(verified.Claims, client.ClientId, options.Issuer, clock.GetUtcNow())
                .TryGet(out var once, out var refusal)
        )
            return refusal;
        return await TryUseUpAsync(client, once, ct) ? null : "jti was used before";
    }

    // One insert: of the same assertion on two nodes at once one proves something (SEC-341).
    private async Task<bool> TryUseUpAsync(Application client, AssertedOnce once, CancellationToken ct) =>
        await database
            .In(client.Organization)
            .ExecuteAsync(
                """
                INSERT INTO consumed (organization_id, sha256, purpose, expires_at)
                VALUES (@organization, @sha256, 'client_assertion', @expires)
                ON CONFLICT DO NOTHING
                """,
                new
                {
                    sha256 = SHA256.HashData(Encoding.UTF8.GetBytes($"client_assertion {client.ClientId} {once.JwtId}")),
                    expires = once.ExpiresAt,
                },
                ct
            ) == 1;
}
