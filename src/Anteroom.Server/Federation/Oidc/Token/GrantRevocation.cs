using Anteroom.Server.Audit;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Federation.Oidc.Token;

/// <summary>Ends a grant with all that came of it: its code, its family of refresh tokens, and its access tokens wherever we are asked (SEC-092, SEC-101).</summary>
public sealed class GrantRevocation(Database database, AuditTrail audit, TimeProvider clock, ILogger<GrantRevocation> log)
{
    /// <summary>A code came a second time.</summary>
    public const string CodeReplayed = "code_replayed";

    /// <summary>A device code came a second time.</summary>
    public const string DeviceCodeReplayed = "device_code_replayed";

    /// <summary>A refresh token came that had been rotated already.</summary>
    public const string RefreshReplayed = "refresh_token_replayed";

    /// <summary>The client said that it needs the tokens no longer (RFC 7009).</summary>
    public const string ByClient = "revoked_by_client";

    /// <summary>Idempotent; only the first call writes an audit row.</summary>
    public async Task RevokeAsync(OrganizationId organization, GrantId grant, string cause, AuditContext context, CancellationToken ct)
    {
        await using var tx = await database.BeginAsync(organization, ct);
        var revoked = await tx.FirstAsync<Revoked>(
            """
            UPDATE grants SET revoked_at = @now, revoked_for = @cause
             WHERE organization_id = @organization AND grant_id = @grant AND revoked_at IS NULL
            RETURNING user_id, client_id
            """,
            new
            {
                grant = grant.Value,
                now = clock.GetUtcNow(),
                cause,
            },
            ct
        );
        if (revoked is null)
            return;

        await audit.RecordAsync(
            tx,
            context,
            new AuditEntry("grant.revoked", AuditResult.Success, cause, "user", revoked.UserId)
            {
                Details = new Dictionary<string, object?> { ["clientId"] = revoked.ClientId, ["grant"] = grant.ToString() },
            },
            ct
        );
        await tx.CommitAsync(ct);
        log.GrantRevoked(grant.ToString(), revoked.ClientId, cause);
    }

    /// <summary>Ends a client's token for itself before its time. There is no grant behind it, so its id is remembered until it would have expired.</summary>
    /// <remarks>Idempotent; only the first call writes an audit row.</remarks>
    public async Task RevokeAsync(AccessToken token, Application client, AuditContext context, CancellationToken ct)
    {
        await using var tx = await database.BeginAsync(token.Organization, ct);
        var revoked = await tx.ExecuteAsync(
            """
            INSERT INTO consumed (organization_id, sha256, purpose, expires_at) VALUES (@organization, @token, 'access_token', @until)
            ON CONFLICT DO NOTHING
            """,
            new { token = AccessTokens.HashOf(token), until = token.ExpiresAt },
            ct
        );
        if (revoked == 0)
            return;
        await audit.RecordAsync(
            tx,
            context,
            new AuditEntry("token.revoked", AuditResult.Success, ByClient, "application", client.Id.Value, client.Name),
            ct
        );
        await tx.CommitAsync(ct);
    }

    private sealed record Revoked(Guid UserId, string ClientId);
}
