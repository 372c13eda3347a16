using Anteroom.Protocols.Primitives;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Provisioning;

/// <summary>The statements of <see cref="Provisioner"/>. None of them fails on a conflict: each says so instead, and the transaction goes on.</summary>
internal static class UserWriter
{
    /// <returns>False where the user name is taken.</returns>
    public static async Task<bool> TryInsertAsync(Transaction tx, User user, CancellationToken ct) =>
        await tx.ExecuteAsync(
            """
            INSERT INTO users (organization_id, user_id, subject, user_name, user_name_folded, display_name, given_name, family_name, email,
                               custom, stamps, role_id, origin, version, created_at, updated_at, last_sign_in_at)
            VALUES (@organization, @id, @subject, @userName, @folded, @displayName, @givenName, @familyName, @email,
                    @custom::jsonb, @stamps::jsonb, @role, @origin, @version, @createdAt, @updatedAt, @lastSignInAt)
            ON CONFLICT (organization_id, user_name_folded) WHERE deleted_at IS NULL DO NOTHING
            """,
            new
            {
                id = user.Id.Value,
                subject = user.Subject,
                userName = user.UserName,
                folded = UserNames.Fold(user.UserName),
                displayName = user.DisplayName,
                givenName = user.GivenName,
                familyName = user.FamilyName,
                email = user.Email,
                custom = UserRow.WriteCustom(user.Attributes),
                stamps = UserRow.WriteStamps(user.Stamps),
                role = user.Role.Id.Value,
                origin = Words.Of(user.Origin),
                version = user.Version,
                createdAt = user.CreatedAt,
                updatedAt = user.UpdatedAt,
                lastSignInAt = user.LastSignInAt,
            },
            ct
        ) > 0;

    public static void Update(Transaction tx, User user) =>
        tx.Later(
            """
            UPDATE users
               SET user_name = @userName, display_name = @displayName, given_name = @givenName, family_name = @familyName, email = @email,
                   custom = @custom::jsonb, stamps = @stamps::jsonb, role_id = @role, version = @version, updated_at = @updatedAt,
                   last_sign_in_at = @lastSignInAt
             WHERE organization_id = @organization AND user_id = @id
            """,
            new
            {
                id = user.Id.Value,
                userName = user.UserName,
                displayName = user.DisplayName,
                givenName = user.GivenName,
                familyName = user.FamilyName,
                email = user.Email,
                custom = UserRow.WriteCustom(user.Attributes),
                stamps = UserRow.WriteStamps(user.Stamps),
                role = user.Role.Id.Value,
                version = user.Version,
                updatedAt = user.UpdatedAt,
                lastSignInAt = user.LastSignInAt,
            }
        );

    /// <summary>What a sign-in leaves at an account of which it changed nothing that anybody sees.</summary>
    public static void Confirm(Transaction tx, User user) =>
        tx.Later(
            """
            UPDATE users SET stamps = @stamps::jsonb, last_sign_in_at = @lastSignInAt
             WHERE organization_id = @organization AND user_id = @id
            """,
            new
            {
                id = user.Id.Value,
                stamps = UserRow.WriteStamps(user.Stamps),
                lastSignInAt = user.LastSignInAt,
            }
        );

    /// <summary>After the new name's route is ours, and with it its lock, nobody else can have the name.</summary>
    public static Task RenameAsync(Transaction tx, UserId id, string userName, string folded, CancellationToken ct) =>
        tx.ExecuteAsync(
            """
            UPDATE users SET user_name = @userName, user_name_folded = @folded WHERE organization_id = @organization AND user_id = @id
            """,
            new
            {
                id = id.Value,
                userName,
                folded,
            },
            ct
        );

    /// <returns>False where the identity belongs to another account.</returns>
    public static async Task<bool> TryLinkAsync(
        Transaction tx,
        UserId user,
        ExternalKey key,
        DirectoryFacts facts,
        TimeProvider clock,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var entra = key as EntraKey;
        var oidc = key as OidcKey;
        return await tx.ExecuteAsync(
                """
                INSERT INTO external_identities (organization_id, identity_id, user_id, kind, cloud, tenant_id, object_id,
                                                 connection_id, issuer, subject, linked_by, created_at, last_used_at)
                VALUES (@organization, @identity, @user, @kind, @cloud, @tenant, @objectId, @connection, @issuer, @subject, @by, @now, @used)
                ON CONFLICT DO NOTHING
                """,
                new
                {
                    identity = Identifiers.NewUuid(clock),
                    user = user.Value,
                    kind = entra is null ? "oidc" : "entra",
                    cloud = entra?.Cloud,
                    tenant = entra?.TenantId,
                    objectId = entra?.ObjectId,
                    connection = oidc?.Connection.Value ?? facts.Connection?.Value,
                    issuer = oidc?.Issuer,
                    subject = oidc?.Subject,
                    by = LinkedBy(facts),
                    now,
                    used = facts.IsSignIn ? now : (DateTimeOffset?)null,
                },
                ct
            ) > 0;
    }

    /// <summary>A sign-in leaves its time, and for Entra the connection, at the identity.</summary>
    public static void Touch(Transaction tx, ExternalKey key, DirectoryFacts facts, DateTimeOffset now)
    {
        switch (key)
        {
            case EntraKey entra:
                tx.Later(
                    """
                    UPDATE external_identities SET last_used_at = @now, connection_id = coalesce(@connection, connection_id)
                     WHERE organization_id = @organization AND kind = 'entra' AND cloud = @cloud AND tenant_id = @tenant AND object_id = @objectId
                    """,
                    new
                    {
                        now,
                        connection = facts.Connection?.Value,
                        cloud = entra.Cloud,
                        tenant = entra.TenantId,
                        objectId = entra.ObjectId,
                    }
                );
                break;
            case OidcKey oidc:
                tx.Later(
                    """
                    UPDATE external_identities SET last_used_at = @now
                     WHERE organization_id = @organization AND kind = 'oidc' AND connection_id = @connection AND issuer = @issuer AND subject = @subject
                    """,
                    new
                    {
                        now,
                        connection = oidc.Connection.Value,
                        issuer = oidc.Issuer,
                        subject = oidc.Subject,
                    }
                );
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(key));
        }
    }

    private static string LinkedBy(DirectoryFacts facts) =>
        facts.Source switch
        {
            FactSource.Token when facts.Links => "firstLink",
            FactSource.Token => "signIn",
            FactSource.Graph => "graph",
            FactSource.Scim => "scim",
            _ => "administrator",
        };
}
