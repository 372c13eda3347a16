using System.Security.Cryptography;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Credentials.Passkeys;

/// <summary>Passkeys in the database, for whoever lists them.</summary>
public sealed class PasskeyStore(Database database)
{
    private const string Columns = """
        passkey_id, user_id, relying_party, name, backup_eligible, backed_up, transports, aaguid, created_at, last_used_at, suspended_at
        """;

    /// <summary>A user's passkeys, the oldest first.</summary>
    public async Task<IReadOnlyList<Passkey>> ListAsync(OrganizationId organization, UserId user, CancellationToken ct)
    {
        var rows = await database
            .In(organization)
            .ListAsync<Row>(
                $"""
                SELECT {Columns} FROM passkeys WHERE organization_id = @organization AND user_id = @user
                 ORDER BY created_at, passkey_id LIMIT {Passkey.Most}
                """,
                new { user = user.Value },
                ct
            );
        return rows.ConvertAll(row => row.ToPasskey(organization));
    }

    /// <summary>One passkey of a user, held until the transaction ends; the caller holds the user.</summary>
    internal static async Task<Passkey?> LockAsync(Transaction tx, UserId user, PasskeyId id, CancellationToken ct)
    {
        var row = await tx.FirstAsync<Row>(
            $"SELECT {Columns} FROM passkeys WHERE organization_id = @organization AND passkey_id = @id AND user_id = @user FOR UPDATE",
            new { id = id.Value, user = user.Value },
            ct
        );
        return row?.ToPasskey(tx.Organization);
    }

    /// <summary>Removes all that a person proves themselves with here, when the person goes (SEC-348).</summary>
    public static async Task RemoveAllAsync(Transaction tx, UserId user, CancellationToken ct)
    {
        var args = new { user = user.Value };
        await tx.ExecuteAsync(
            $"""
            DELETE FROM routes r USING passkeys p
             WHERE p.organization_id = @organization AND p.user_id = @user
               AND r.kind = '{RouteKinds.Passkey}' AND r.organization_id = @organization AND r.target = p.passkey_id
               AND r.key = encode(sha256(p.credential_id), 'hex')
            """,
            args,
            ct
        );
        await tx.ExecuteAsync("DELETE FROM passkeys WHERE organization_id = @organization AND user_id = @user", args, ct);
        await tx.ExecuteAsync("DELETE FROM passkey_users WHERE organization_id = @organization AND user_id = @user", args, ct);
        await tx.ExecuteAsync("DELETE FROM passkey_challenges WHERE organization_id = @organization AND user_id = @user", args, ct);
    }

    internal static async Task RemoveAsync(Transaction tx, PasskeyId id, CancellationToken ct)
    {
        var credential = await tx.FirstAsync<byte[]>(
            "DELETE FROM passkeys WHERE organization_id = @organization AND passkey_id = @id RETURNING credential_id",
            new { id = id.Value },
            ct
        );
        if (credential is not null)
            await Routes.RemoveAsync(tx, RouteKinds.Passkey, RouteKey(credential), ct);
    }

    /// <summary>How the route of a credential is called.</summary>
    internal static string RouteKey(byte[] credentialId) => Convert.ToHexStringLower(SHA256.HashData(credentialId));

    private sealed record Row(
        Guid PasskeyId,
        Guid UserId,
        string RelyingParty,
        string Name,
        bool BackupEligible,
        bool BackedUp,
        string[] Transports,
        Guid Aaguid,
        DateTimeOffset CreatedAt,
        DateTimeOffset? LastUsedAt,
        DateTimeOffset? SuspendedAt
    )
    {
        public Passkey ToPasskey(OrganizationId organization) =>
            new(
                organization,
                new(PasskeyId),
                new(UserId),
                RelyingParty,
                Name,
                BackupEligible,
                BackedUp,
                Transports,
                Aaguid,
                CreatedAt,
                LastUsedAt,
                SuspendedAt
            );
    }
}
