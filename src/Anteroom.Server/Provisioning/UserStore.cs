using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Provisioning;

/// <summary>Reads users and groups. The one writer is <see cref="Provisioner"/>.</summary>
public sealed class UserStore(Database database)
{
    /// <summary>Groups that are told about one user before the list counts as truncated (design.md §4).</summary>
    public const int MostGroups = 200;

    private const int FewMatches = 500;

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

    /// <summary>A page of users in the order of their folded names; what is searched for begins a name or an address.</summary>
    /// <remarks>Few matches are found by their indexes and put in order; many lie so close that walking in order meets a page of them soon.</remarks>
    public async Task<IReadOnlyList<User>> ListAsync(
        OrganizationId organization,
        SearchText search,
        string? after,
        int limit,
        CancellationToken ct
    )
    {
        var scope = database.In(organization);
        var among = search.IsEmpty ? null : await MatchesAsync(scope, search, ct);
        var rows = await scope.ListAsync<UserRow>(
            $"{UserRow.Select} AND u.user_name_folded > @after {Narrowed(search, among)} ORDER BY u.user_name_folded LIMIT @limit",
            new
            {
                after = after ?? "",
                from = search.Folded,
                to = search.PrefixEnd,
                among,
                limit,
            },
            ct
        );
        return rows.ConvertAll(row => row.ToUser(organization));
    }

    private static string Narrowed(SearchText search, Guid[]? among) =>
        search.IsEmpty ? ""
        : among is not null ? "AND u.user_id = ANY (@among)"
        : """
            AND (u.user_name_folded BETWEEN @from AND @to OR u.display_name_folded BETWEEN @from AND @to
                 OR u.family_name_folded BETWEEN @from AND @to OR u.email_folded BETWEEN @from AND @to)
            """;

    /// <summary>Who matches, or null where they are many.</summary>
    private static async Task<Guid[]?> MatchesAsync(Scope scope, SearchText search, CancellationToken ct)
    {
        string[] columns = ["user_name_folded", "display_name_folded", "family_name_folded", "email_folded"];
        var found = await scope.ListAsync<Guid>(
            string.Join(
                " UNION ALL ",
                columns.Select(column =>
                    $"""
                        (SELECT user_id FROM users
                          WHERE organization_id = @organization AND deleted_at IS NULL AND {column} >= @from AND {column} <= @to LIMIT @most)
                        """
                )
            ),
            new
            {
                from = search.Folded,
                to = search.PrefixEnd,
                most = FewMatches + 1,
            },
            ct
        );
        return found.Count > FewMatches ? null : [.. found.Distinct()];
    }

    /// <summary>The account that a proven identity is linked to, held until the transaction ends; or null.</summary>
    public static async Task<User?> LockByKeyAsync(Transaction tx, ExternalKey key, CancellationToken ct)
    {
        var (sql, args) = key switch
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
