using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Organizations;

/// <summary>Permissions and allowed channels; each user has one (design.md §2).</summary>
public sealed record Role(
    RoleId Id,
    string Key,
    string Name,
    IReadOnlyList<string> Permissions,
    IReadOnlyList<string> Channels,
    bool BuiltIn,
    DateTimeOffset CreatedAt
)
{
    /// <summary>Counts its changes from 1; 0 where the role was read with a person.</summary>
    public int Version { get; init; }

    /// <summary>Whether it may see or change anything of the organization: such a role is never given by a default (SEC-072).</summary>
    public bool IsAdministrative => Permissions.Count > 0;
}

/// <summary>The ways in that a role allows and a block closes.</summary>
public static class Channels
{
    public const string Web = "web";
    public const string Native = "native";
    public const string Unlock = "unlock";

    public static IReadOnlyList<string> All { get; } = [Web, Native, Unlock];
}

/// <summary>The five roles that every organization begins with.</summary>
public static class BuiltInRoles
{
    public const string Administrator = "administrator";
    public const string Auditor = "auditor";
    public const string Manager = "manager";
    public const string Worker = "worker";
    public const string Member = "member";

    internal static IEnumerable<(string Key, string Name, IReadOnlyList<string> Permissions)> For(OrganizationId organization)
    {
        var all = organization == OrganizationId.Platform ? Permissions.OfPlatform : Permissions.OfOrganizations;
        yield return (Administrator, "Administrator", all);
        yield return (Auditor, "Auditor", [.. all.Where(permission => permission.EndsWith(".read", StringComparison.Ordinal))]);
        yield return (
            Manager,
            "Manager",
            [Permissions.UsersRead, Permissions.UsersWrite, Permissions.GroupsRead, Permissions.GroupsWrite, Permissions.RolesRead]
        );
        yield return (Worker, "Worker", []);
        yield return (Member, "Member", []);
    }
}

/// <summary>Roles of one organization.</summary>
public static class RoleStore
{
    private const string Columns = "role_id, key, name, permissions, channels, built_in, created_at, version";

    private sealed record Row(
        Guid RoleId,
        string Key,
        string Name,
        string[] Permissions,
        string[] Channels,
        bool BuiltIn,
        DateTimeOffset CreatedAt,
        int Version
    )
    {
        public Role ToRole() => new(new(RoleId), Key, Name, Permissions, Channels, BuiltIn, CreatedAt) { Version = Version };
    }

    /// <summary>All of them; an organization has at most a hundred.</summary>
    public static async Task<IReadOnlyList<Role>> ListAsync(Transaction tx, CancellationToken ct)
    {
        var rows = await tx.ListAsync<Row>(
            $"SELECT {Columns} FROM roles WHERE organization_id = @organization ORDER BY built_in DESC, created_at, key LIMIT 200",
            null,
            ct
        );
        return rows.ConvertAll(row => row.ToRole());
    }

    public static async Task<Role?> FindAsync(Transaction tx, string key, CancellationToken ct)
    {
        var row = await tx.FirstAsync<Row>(
            $"SELECT {Columns} FROM roles WHERE organization_id = @organization AND key = @key",
            new { key },
            ct
        );
        return row?.ToRole();
    }

    /// <summary>The role, held until the transaction ends.</summary>
    public static async Task<Role?> LockAsync(Transaction tx, string key, CancellationToken ct)
    {
        var row = await tx.FirstAsync<Row>(
            $"SELECT {Columns} FROM roles WHERE organization_id = @organization AND key = @key FOR UPDATE",
            new { key },
            ct
        );
        return row?.ToRole();
    }

    public static async Task<Role?> FindAsync(Transaction tx, RoleId id, CancellationToken ct)
    {
        var row = await tx.FirstAsync<Row>(
            $"SELECT {Columns} FROM roles WHERE organization_id = @organization AND role_id = @id",
            new { id = id.Value },
            ct
        );
        return row?.ToRole();
    }

    /// <returns>False where the key is taken.</returns>
    public static async Task<bool> TryAddAsync(Transaction tx, Role role, CancellationToken ct) =>
        await tx.ExecuteAsync(
            """
            INSERT INTO roles (organization_id, role_id, key, name, permissions, channels, built_in, created_at)
            VALUES (@organization, @id, @key, @name, @permissions, @channels, @builtIn, @at)
            ON CONFLICT DO NOTHING
            """,
            new
            {
                id = role.Id.Value,
                key = role.Key,
                name = role.Name,
                permissions = role.Permissions.ToArray(),
                channels = role.Channels.ToArray(),
                builtIn = role.BuiltIn,
                at = role.CreatedAt,
            },
            ct
        ) > 0;

    public static Task UpdateAsync(Transaction tx, Role role, CancellationToken ct) =>
        tx.ExecuteAsync(
            """
            UPDATE roles SET name = @name, permissions = @permissions, channels = @channels, version = version + 1
             WHERE organization_id = @organization AND role_id = @id AND NOT built_in
            """,
            new
            {
                id = role.Id.Value,
                name = role.Name,
                permissions = role.Permissions.ToArray(),
                channels = role.Channels.ToArray(),
            },
            ct
        );

    internal static async Task AddBuiltInAsync(Transaction tx, TimeProvider clock, CancellationToken ct)
    {
        foreach (var (key, name, permissions) in BuiltInRoles.For(tx.Organization))
            await TryAddAsync(tx, new(RoleId.New(clock), key, name, permissions, Channels.All, BuiltIn: true, clock.GetUtcNow()), ct);
    }
}
