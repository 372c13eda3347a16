using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Provisioning;

/// <summary>A user on a page of a list.</summary>
/// <param name="Key">Where the next page begins if this is the last one.</param>
public sealed record ListedUser(User User, string Key);

/// <summary>Reads users and groups. The one writer is <see cref="Provisioner"/>.</summary>
public sealed class UserStore(Database database)
{
    /// <summary>Groups that are told about one user before the list counts as truncated (design.md §4).</summary>
    public const int MostGroups = 200;

    public async Task<User?> FindAsync(OrganizationId organization, UserId id, CancellationToken ct)
    {
        var row = await database.In(organization).FirstAsync<UserRow>($"{UserRow.Select} AND u.user_id = @id", new { id = id.Value }, ct);
        return row?.ToUser(organization);
    }

    public async Task<User?> FindBySubjectAsync(OrganizationId organization, string subject, CancellationToken ct)
    {
        var row = await database.In(organization).FirstAsync<UserRow>($"{UserRow.Select} AND u.subject = @subject", new { subject }, ct);
        return row?.ToUser(organization);
    }

    /// <summary>By the user name as somebody typed it.</summary>
    public async Task<User?> FindByUserNameAsync(OrganizationId organization, string userName, CancellationToken ct)
    {
        var row = await database
            .In(organization)
            .FirstAsync<UserRow>($"{UserRow.Select} AND u.user_name_folded = @folded", new { folded = UserNames.Fold(userName) }, ct);
        return row?.ToUser(organization);
    }

    /// <summary>A page of users in the order of their folded names; those who are searched for in the order of <see cref="UserSearch"/>.</summary>
    /// <param name="after">The <see cref="ListedUser.Key"/> of the last one of the page before; null for the first page.</param>
    public async Task<IReadOnlyList<ListedUser>> ListAsync(
        OrganizationId organization,
        SearchText search,
        string? after,
        int limit,
        CancellationToken ct
    )
    {
        var scope = database.In(organization);
        if (!search.IsEmpty)
        {
            var found = await UserSearch.FindAsync(scope, search, after, limit, ct);
            var sought = await scope.ListAsync<UserRow>(
                $"{UserRow.Select} AND u.user_id = ANY (@ids)",
                new { ids = found.Select(place => place.UserId).ToArray() },
                ct
            );
            var byId = sought.ToDictionary(row => row.UserId);
            return
            [
                .. found
                    .Where(place => byId.ContainsKey(place.UserId)) // deleted a moment ago
                    .Select(place => new ListedUser(byId[place.UserId].ToUser(organization), place.Key)),
            ];
        }
        var rows = await scope.ListAsync<UserRow>(
            $"{UserRow.Select} AND u.user_name_folded > @after ORDER BY u.user_name_folded LIMIT @limit",
            new { after = after ?? "", limit },
            ct
        );
        return rows.ConvertAll(row => new ListedUser(row.ToUser(organization), UserNames.Fold(row.UserName)));
    }

    /// <summary>The account that a proven identity is linked to, held until the transaction ends; or null.</summary>
    public static async Task<User?> LockByKeyAsync(Transaction tx, ExternalKey key, CancellationToken ct)
    {
        var (sql, args) = Condition(key);
        var row = await tx.FirstAsync<UserRow>(
            $"""
            {UserRow.Select}
               AND u.user_id = (SELECT i.user_id FROM external_identities i WHERE i.organization_id = @organization AND {sql})
               FOR UPDATE OF u
            """,
            args,
            ct
        );
        return row?.ToUser(tx.Organization);
    }

    /// <summary>The account of a user name, held until the transaction ends. Who acts on it at a sign-in is SEC-074 (d) and nobody else.</summary>
    public static async Task<User?> LockByUserNameAsync(Transaction tx, string userName, CancellationToken ct)
    {
        var row = await tx.FirstAsync<UserRow>(
            $"{UserRow.Select} AND u.user_name_folded = @folded FOR UPDATE OF u",
            new { folded = UserNames.Fold(userName) },
            ct
        );
        return row?.ToUser(tx.Organization);
    }

    /// <summary>Whether the account is linked to anybody.</summary>
    public static Task<bool> HasIdentityAsync(Transaction tx, UserId id, CancellationToken ct) =>
        tx.FirstAsync<bool>(
            "SELECT EXISTS (SELECT 1 FROM external_identities WHERE organization_id = @organization AND user_id = @id)",
            new { id = id.Value },
            ct
        );

    /// <summary>Whether an identity has an account by now; who acts on it looks again in the transaction.</summary>
    public async Task<bool> KnowsAsync(OrganizationId organization, ExternalKey key, CancellationToken ct)
    {
        var (sql, args) = Condition(key);
        return await database
            .In(organization)
            .FirstAsync<bool>(
                $"SELECT EXISTS (SELECT 1 FROM external_identities i WHERE i.organization_id = @organization AND {sql})",
                args,
                ct
            );
    }

    private static (string Sql, object Arguments) Condition(ExternalKey key) =>
        key switch
        {
            EntraKey entra => (
                "i.kind = 'entra' AND i.cloud = @cloud AND i.tenant_id = @tenant AND i.object_id = @objectId",
                (object)
                    new
                    {
                        cloud = entra.Cloud,
                        tenant = entra.TenantId,
                        objectId = entra.ObjectId,
                    }
            ),
            OidcKey oidc => (
                "i.kind = 'oidc' AND i.connection_id = @connection AND i.issuer = @issuer AND i.subject = @subject",
                new
                {
                    connection = oidc.Connection.Value,
                    issuer = oidc.Issuer,
                    subject = oidc.Subject,
                }
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(key)),
        };

    public static async Task<User?> FindAsync(Transaction tx, UserId id, CancellationToken ct)
    {
        var row = await tx.FirstAsync<UserRow>($"{UserRow.Select} AND u.user_id = @id", new { id = id.Value }, ct);
        return row?.ToUser(tx.Organization);
    }

    /// <summary>The user, held until the transaction ends.</summary>
    public static async Task<User?> LockAsync(Transaction tx, UserId id, CancellationToken ct)
    {
        var row = await tx.FirstAsync<UserRow>($"{UserRow.Select} AND u.user_id = @id FOR UPDATE OF u", new { id = id.Value }, ct);
        return row?.ToUser(tx.Organization);
    }

    /// <summary>Names of the user's groups in order, one more than <see cref="MostGroups"/> at most, so that the caller sees a truncation.</summary>
    public async Task<IReadOnlyList<string>> GroupNamesAsync(OrganizationId organization, UserId id, CancellationToken ct) =>
        await database
            .In(organization)
            .ListAsync<string>(
                $"""
                SELECT DISTINCT g.name FROM group_members m JOIN groups g USING (organization_id, group_id)
                 WHERE m.organization_id = @organization AND m.user_id = @id ORDER BY g.name LIMIT {MostGroups + 1}
                """,
                new { id = id.Value },
                ct
            );

    private sealed record IdentityRow(
        Guid IdentityId,
        string Kind,
        string? Cloud,
        Guid? TenantId,
        Guid? ObjectId,
        Guid? ConnectionId,
        string? Issuer,
        string? Subject,
        string LinkedBy,
        DateTimeOffset CreatedAt,
        DateTimeOffset? LastUsedAt
    )
    {
        public ExternalIdentity ToIdentity() =>
            new(
                IdentityId,
                Kind == "entra"
                    ? new EntraKey(Cloud!, TenantId!.Value, ObjectId!.Value)
                    : new OidcKey(new(ConnectionId!.Value), Issuer!, Subject!),
                ConnectionId,
                LinkedBy,
                CreatedAt,
                LastUsedAt
            );
    }

    public async Task<IReadOnlyList<ExternalIdentity>> IdentitiesAsync(OrganizationId organization, UserId id, CancellationToken ct)
    {
        var rows = await database
            .In(organization)
            .ListAsync<IdentityRow>(
                """
                SELECT identity_id, kind, cloud, tenant_id, object_id, connection_id, issuer, subject, linked_by, created_at, last_used_at
                  FROM external_identities WHERE organization_id = @organization AND user_id = @id ORDER BY created_at, identity_id LIMIT 100
                """,
                new { id = id.Value },
                ct
            );
        return rows.ConvertAll(row => row.ToIdentity());
    }

    private sealed record OwnedIdentity(Guid UserId, Guid IdentityId);

    /// <summary>Identities of several users at once, for a page of a list.</summary>
    public async Task<ILookup<Guid, ExternalIdentity>> IdentitiesAsync(OrganizationId organization, Guid[] users, CancellationToken ct)
    {
        var scope = database.In(organization);
        var owners = await scope.ListAsync<OwnedIdentity>(
            "SELECT user_id, identity_id FROM external_identities WHERE organization_id = @organization AND user_id = ANY (@users)",
            new { users },
            ct
        );
        var rows = await scope.ListAsync<IdentityRow>(
            """
            SELECT identity_id, kind, cloud, tenant_id, object_id, connection_id, issuer, subject, linked_by, created_at, last_used_at
              FROM external_identities WHERE organization_id = @organization AND user_id = ANY (@users) ORDER BY created_at, identity_id
            """,
            new { users },
            ct
        );
        var byId = owners.ToDictionary(owner => owner.IdentityId, owner => owner.UserId);
        return rows.Where(row => byId.ContainsKey(row.IdentityId)).ToLookup(row => byId[row.IdentityId], row => row.ToIdentity());
    }
}
