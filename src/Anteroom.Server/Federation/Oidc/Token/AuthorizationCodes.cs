using Anteroom.Protocols.OAuth;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Observability;

namespace Anteroom.Server.Federation.Oidc.Token;

/// <summary>Codes in the database. Redeeming is one statement, so that of any number of attempts at once exactly one wins (SEC-092).</summary>
public sealed class AuthorizationCodes(Database database)
{
    /// <summary>Takes the code and reads its grant with everything that is true of it now; null where it is unknown or taken already.</summary>
    public async Task<AuthorizationCode?> RedeemAsync(Handle code, DateTimeOffset now, CancellationToken ct)
    {
        var row = await database
            .In(code.Organization)
            .FirstAsync<Row>(
                $"""
                WITH c AS (
                    UPDATE authorization_codes SET redeemed_at = @now
                     WHERE organization_id = @organization AND code_sha256 = @hash AND redeemed_at IS NULL
                    RETURNING organization_id, grant_id, client_id, redirect_uri, code_challenge, nonce, trace, expires_at)
                SELECT c.client_id AS code_client_id, c.redirect_uri, c.code_challenge, c.nonce, c.trace, c.expires_at, {GrantFactsRow.Columns}
                  FROM c CROSS JOIN LATERAL (SELECT * FROM grants WHERE organization_id = @organization AND grant_id = c.grant_id OFFSET 0) g
                {GrantFactsRow.Joins}
                """,
                new { hash = code.Sha256(), now },
                ct
            );
        if (row is null)
            return null;
        TraceLinks.Follow(row.Trace);
        if (!CodeChallenge.Parse(row.CodeChallenge, CodeChallenge.Method).TryGet(out var challenge, out var malformed))
            throw new InvalidOperationException(malformed.Description);
        return new(row.ToFacts(code.Organization), row.CodeClientId, row.RedirectUri, challenge, row.Nonce, row.ExpiresAt);
    }

    /// <summary>The grant of a code that was taken before: somebody else has it (RFC 6749 §4.1.2). Null where we never issued it.</summary>
    public async Task<GrantId?> FindReplayedAsync(Handle code, CancellationToken ct) =>
        await database
            .In(code.Organization)
            .FirstAsync<Guid?>(
                """
                SELECT grant_id FROM authorization_codes
                 WHERE organization_id = @organization AND code_sha256 = @hash AND redeemed_at IS NOT NULL
                """,
                new { hash = code.Sha256() },
                ct
            )
            is { } grant
            ? new GrantId(grant)
            : null;

    private sealed record Row : GrantFactsRow
    {
        public string CodeClientId { get; init; } = "";
        public string RedirectUri { get; init; } = "";
        public string CodeChallenge { get; init; } = "";
        public string? Nonce { get; init; }
        public string? Trace { get; init; }
        public DateTimeOffset ExpiresAt { get; init; }
    }
}
