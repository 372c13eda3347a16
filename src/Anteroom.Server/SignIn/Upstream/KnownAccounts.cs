using Anteroom.Server.Platform.Database;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Admission;

namespace Anteroom.Server.SignIn.Upstream;

/// <summary>The account behind a proven identity, as admission and the request's hints look at it.</summary>
public sealed record Known(KnownAccount Account, string Subject);

/// <summary>Finds an account by identity alone: tenant id and object id, or connection, issuer and subject (SEC-060).</summary>
internal static class KnownAccounts
{
    private sealed record Row(Guid UserId, string Subject, bool WebBlocked, bool RoleAllowsWeb);

    private const string Select = """
        SELECT u.user_id, u.subject,
               EXISTS (SELECT FROM user_blocks b WHERE b.organization_id = u.organization_id AND b.user_id = u.user_id
                          AND 'web' = ANY (b.channels)) AS web_blocked,
               'web' = ANY (r.channels) AS role_allows_web
          FROM external_identities i
          JOIN users u ON u.organization_id = i.organization_id AND u.user_id = i.user_id AND u.deleted_at IS NULL
          JOIN roles r ON r.organization_id = u.organization_id AND r.role_id = u.role_id
         WHERE i.organization_id = @organization
        """;

    public static async Task<Known?> FindAsync(Transaction transaction, ExternalKey key, CancellationToken ct)
    {
        var row = key switch
        {
            EntraKey entra => await transaction.FirstAsync<Row>(
                $"{Select} AND i.kind = 'entra' AND i.cloud = @cloud AND i.tenant_id = @tenant AND i.object_id = @id",
                new
                {
                    cloud = entra.Cloud,
                    tenant = entra.TenantId,
                    id = entra.ObjectId,
                },
                ct
            ),
            OidcKey oidc => await transaction.FirstAsync<Row>(
                $"{Select} AND i.kind = 'oidc' AND i.connection_id = @connection AND i.issuer = @issuer AND i.subject = @subject",
                new
                {
                    connection = oidc.Connection.Value,
                    issuer = oidc.Issuer,
                    subject = oidc.Subject,
                },
                ct
            ),
            _ => throw new InvalidOperationException("There is no other kind of identity."),
        };
        return row is null ? null : new(new(new(row.UserId), row.WebBlocked, row.RoleAllowsWeb), row.Subject);
    }
}
