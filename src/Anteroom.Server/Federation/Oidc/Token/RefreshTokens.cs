using System.Text;
using Anteroom.Protocols.OAuth;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Keys.Vault;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Federation.Oidc.Token;

/// <summary>What must be so for a refresh token to be rotated; otherwise nothing happens.</summary>
/// <param name="Scope">Asked for: lies within the token's.</param>
/// <param name="Resource">Asked for, or null: among those of the authorization request, where that named any.</param>
/// <param name="Registered">What the client may ask for now: where it asks for none, one of those of the authorization request is still among them.</param>
/// <param name="Idle">How long the successor may lie unused.</param>
public sealed record Rotation(string ClientId, ScopeSet Scope, string? Resource, IReadOnlyList<string> Registered, TimeSpan Idle);

/// <summary>A refresh token that was rotated just now, with its successor.</summary>
/// <param name="Scope">Of the token and so of its successor, whatever less this request asks for (RFC 6749 §6).</param>
public sealed record RotatedToken(GrantFacts Facts, ScopeSet Scope, Handle Successor);

/// <summary>A refresh token that could not be rotated, as it lies in the database.</summary>
/// <param name="Successor">Where a grace period may answer with it again.</param>
public sealed record StaleToken(
    GrantFacts Facts,
    ScopeSet Scope,
    DateTimeOffset? RotatedAt,
    byte[]? Successor,
    DateTimeOffset IdleExpiresAt,
    DateTimeOffset AbsoluteExpiresAt
);

/// <summary>Refresh tokens in the database (RFC 6749 §6, SEC-101): handles, stored under their SHA-256, rotated at each use by one statement.</summary>
public sealed class RefreshTokens(Database database, Vault vault)
{
    public const string Prefix = "rt";

    /// <summary>The first of a family. Null where the grant was revoked in the meantime.</summary>
    public async Task<Handle?> BeginAsync(GrantFacts facts, TokenLifetimes lifetimes, DateTimeOffset now, CancellationToken ct)
    {
        var token = Handle.New(Prefix, facts.Organization);
        var absolute = facts.GrantedAt + lifetimes.RefreshAbsolute;
        var written = await database
            .In(facts.Organization)
            .ExecuteAsync(
                """
                INSERT INTO refresh_tokens (organization_id, token_sha256, grant_id, scope, issued_at, idle_expires_at, absolute_expires_at)
                SELECT organization_id, @hash, grant_id, scope, @now, least(@idle, @absolute), @absolute FROM grants
                 WHERE organization_id = @organization AND grant_id = @grant AND revoked_at IS NULL
                """,
                new
                {
                    hash = token.Sha256(),
                    grant = facts.Grant.Value,
                    now,
                    idle = now + lifetimes.RefreshIdle,
                    absolute,
                },
                ct
            );
        return written == 1 ? token : null;
    }

    /// <summary>Uses a token up and makes its successor: of any number of attempts at once exactly one gets it.</summary>
    /// <param name="keepSuccessor">Seals the successor for a grace period.</param>
    public async Task<RotatedToken?> RotateAsync(
        Handle token,
        Rotation rotation,
        bool keepSuccessor,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var successor = Handle.New(Prefix, token.Organization);
        var sealedSuccessor = keepSuccessor
            ? await vault.SealAsync(token.Organization, FieldOf(token), Encoding.ASCII.GetBytes(successor.Reveal()), ct)
            : null;
        var row = await database
            .In(token.Organization)
            .FirstAsync<Row>(
                $"""
                WITH t AS (
                    UPDATE refresh_tokens used SET rotated_at = @now, successor = @sealedSuccessor
                      FROM grants held
                     WHERE used.organization_id = @organization AND used.token_sha256 = @hash AND used.rotated_at IS NULL
                       AND used.idle_expires_at > @now AND used.absolute_expires_at > @now
                       AND string_to_array(used.scope, ' ') @> @asked
                       AND held.organization_id = used.organization_id AND held.grant_id = used.grant_id
                       AND held.client_id = @clientId AND held.revoked_at IS NULL
                       AND (held.resource IS NULL OR CASE WHEN @resource::text IS NULL THEN string_to_array(held.resource, ' ') && @registered
                                                           ELSE @resource = ANY (string_to_array(held.resource, ' ')) END)
                    RETURNING used.organization_id, used.grant_id, used.scope, used.absolute_expires_at),
                next AS (
                    INSERT INTO refresh_tokens (organization_id, token_sha256, grant_id, scope, issued_at, idle_expires_at, absolute_expires_at)
                    SELECT organization_id, @next, grant_id, scope, @now, least(@idle, absolute_expires_at), absolute_expires_at FROM t)
                SELECT t.scope AS token_scope, {GrantFactsRow.Columns}
                  FROM t JOIN grants g ON g.organization_id = t.organization_id AND g.grant_id = t.grant_id
                {GrantFactsRow.Joins}
                """,
                new
                {
                    hash = token.Sha256(),
                    next = successor.Sha256(),
                    clientId = rotation.ClientId,
                    asked = rotation.Scope.Items.ToArray(),
                    resource = rotation.Resource,
                    registered = rotation.Registered.ToArray(),
                    sealedSuccessor,
                    now,
                    idle = now + rotation.Idle,
                },
                ct
            );
        return row is null ? null : new(row.ToFacts(token.Organization), GrantFactsRow.ScopeOf(row.TokenScope), successor);
    }

    /// <summary>A token as it lies there, used or not; null where we never issued it or have forgotten it.</summary>
    public async Task<StaleToken?> FindAsync(Handle token, CancellationToken ct)
    {
        var row = await database
            .In(token.Organization)
            .FirstAsync<Row>(
                $"""
                SELECT t.scope AS token_scope, t.rotated_at, t.successor, t.idle_expires_at, t.absolute_expires_at, {GrantFactsRow.Columns}
                  FROM refresh_tokens t JOIN grants g ON g.organization_id = t.organization_id AND g.grant_id = t.grant_id
                {GrantFactsRow.Joins}
                 WHERE t.organization_id = @organization AND t.token_sha256 = @hash
                """,
                new { hash = token.Sha256() },
                ct
            );
        return row is null
            ? null
            : new(
                row.ToFacts(token.Organization),
                GrantFactsRow.ScopeOf(row.TokenScope),
                row.RotatedAt,
                row.Successor,
                row.IdleExpiresAt,
                row.AbsoluteExpiresAt
            );
    }

    /// <summary>The successor that was kept for the grace period.</summary>
    public async Task<Handle> UnsealSuccessorAsync(Handle token, byte[] sealedSuccessor, CancellationToken ct)
    {
        var text = Encoding.ASCII.GetString(await vault.UnsealAsync(token.Organization, FieldOf(token), sealedSuccessor, ct));
        return Handle.TryParse(Prefix, text, out var successor)
            ? successor
            : throw new InvalidOperationException("A sealed successor is not a refresh token.");
    }

    private static Field FieldOf(Handle token) => new("refresh_tokens", Convert.ToHexStringLower(token.Sha256()), "successor");

    private sealed record Row : GrantFactsRow
    {
        public string TokenScope { get; init; } = "";
        public DateTimeOffset? RotatedAt { get; init; }
        public byte[]? Successor { get; init; }
        public DateTimeOffset IdleExpiresAt { get; init; }
        public DateTimeOffset AbsoluteExpiresAt { get; init; }
    }
}
