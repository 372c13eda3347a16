using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Events;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Provisioning;

/// <summary>A group of an organization; names are labels.</summary>
public sealed record Group(Guid Id, string Name, string Source, DateTimeOffset CreatedAt);

/// <summary>A user in a group, and every source that says so.</summary>
public sealed record GroupMember(Guid UserId, string UserName, string Source, DateTimeOffset At);

/// <summary>Groups made by hand, and memberships by hand in any group. A membership of another source is not touched.</summary>
public sealed class Groups(Database database, AuditTrail audit, EventLog events, TimeProvider clock)
{
    public const string IdPrefix = "grp";
    public const int LongestName = 256;

    private sealed record GroupRow(Guid GroupId, string Name, string Source, DateTimeOffset CreatedAt);

    public async Task<IReadOnlyList<Group>> ListAsync(OrganizationId organization, Guid after, int limit, CancellationToken ct)
    {
        var rows = await database
            .In(organization)
            .ListAsync<GroupRow>(
                "SELECT group_id, name, source, created_at FROM groups WHERE organization_id = @organization AND group_id > @after ORDER BY group_id LIMIT @limit",
                new { after, limit },
                ct
            );
        return rows.ConvertAll(row => new Group(row.GroupId, row.Name, row.Source, row.CreatedAt));
    }

    /// <summary>Groups whose name holds what is searched for, by name.</summary>
    public async Task<IReadOnlyList<Group>> SearchAsync(OrganizationId organization, SearchText search, int limit, CancellationToken ct)
    {
        var rows = await database
            .In(organization)
            .ListAsync<GroupRow>(
                """
                SELECT group_id, name, source, created_at FROM groups
                 WHERE organization_id = @organization AND lower(name) LIKE @pattern ORDER BY name, group_id LIMIT @limit
                """,
                new { pattern = search.Anywhere, limit },
                ct
            );
        return rows.ConvertAll(row => new Group(row.GroupId, row.Name, row.Source, row.CreatedAt));
    }

    public async Task<Group?> FindAsync(OrganizationId organization, Guid id, CancellationToken ct)
    {
        var row = await database
            .In(organization)
            .FirstAsync<GroupRow>(
                "SELECT group_id, name, source, created_at FROM groups WHERE organization_id = @organization AND group_id = @id",
                new { id },
                ct
            );
        return row is null ? null : new(row.GroupId, row.Name, row.Source, row.CreatedAt);
    }

    /// <returns>The group, or <c>validation_failed</c> where no group can be called so.</returns>
    public async Task<Result<Group, ProvisioningRefusal>> CreateAsync(
        OrganizationId organization,
        string wanted,
        AuditContext context,
        CancellationToken ct
    )
    {
        if (string.IsNullOrWhiteSpace(wanted) || wanted.Length > LongestName || !OneLine.Is(wanted))
            return new ProvisioningRefusal(ReasonCodes.ValidationFailed, $"name has 1 to {LongestName} characters on one line.")
            {
                Member = "name",
            };
        var name = wanted.Trim();
        var group = new Group(Identifiers.NewUuid(clock), name, "administrator", clock.GetUtcNow());
        await using var tx = await database.BeginAsync(organization, ct);
        await tx.ExecuteAsync(
            """
            INSERT INTO groups (organization_id, group_id, name, source, created_at) VALUES (@organization, @id, @name, 'administrator', @at)
            """,
            new
            {
                id = group.Id,
                name,
                at = group.CreatedAt,
            },
            ct
        );
        await audit.RecordAsync(tx, context, new("group.created", AuditResult.Success, null, "group", group.Id, name), ct);
        await events.AppendAsync(tx, "group.created", group.Id, new { source = "administrator" }, group.CreatedAt, ct);
        await tx.CommitAsync(ct);
        return group;
    }

    /// <summary>Null where the organization has no such group.</summary>
    public async Task<IReadOnlyList<GroupMember>?> MembersAsync(
        OrganizationId organization,
        Guid group,
        Guid after,
        int limit,
        CancellationToken ct
    )
    {
        await using var tx = await database.BeginAsync(organization, ct);
        if (!await ExistsAsync(tx, group, ct))
            return null;
        return await tx.ListAsync<GroupMember>(
            """
            SELECT m.user_id, u.user_name, string_agg(m.source, ',' ORDER BY m.source) AS source, min(m.at) AS at
              FROM group_members m JOIN users u USING (organization_id, user_id)
             WHERE m.organization_id = @organization AND m.group_id = @group AND m.user_id > @after
             GROUP BY m.user_id, u.user_name ORDER BY m.user_id LIMIT @limit
            """,
            new
            {
                group,
                after,
                limit,
            },
            ct
        );
    }

    /// <returns>False where the organization has no such group or user.</returns>
    public async Task<bool> AddMemberAsync(OrganizationId organization, Guid group, UserId user, AuditContext context, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var tx = await database.BeginAsync(organization, ct);
        if (!await ExistsAsync(tx, group, ct) || await UserStore.LockAsync(tx, user, ct) is null)
            return false;
        var added = await tx.ExecuteAsync(
            """
            INSERT INTO group_members (organization_id, group_id, user_id, source, at) VALUES (@organization, @group, @user, 'administrator', @now)
            ON CONFLICT DO NOTHING
            """,
            new
            {
                group,
                user = user.Value,
                now,
            },
            ct
        );
        if (added > 0)
            await TellAsync(tx, "group.member_added", group, user, context, now, ct);
        await tx.CommitAsync(ct);
        return true;
    }

    /// <returns>False where nobody has put this user into this group by hand.</returns>
    public async Task<bool> RemoveMemberAsync(
        OrganizationId organization,
        Guid group,
        UserId user,
        AuditContext context,
        CancellationToken ct
    )
    {
        var now = clock.GetUtcNow();
        await using var tx = await database.BeginAsync(organization, ct);
        var removed = await tx.ExecuteAsync(
            """
            DELETE FROM group_members
             WHERE organization_id = @organization AND group_id = @group AND user_id = @user AND source = 'administrator'
            """,
            new { group, user = user.Value },
            ct
        );
        if (removed == 0)
            return false;
        await TellAsync(tx, "group.member_removed", group, user, context, now, ct);
        await tx.CommitAsync(ct);
        return true;
    }

    /// <summary>Removes a group that was made by hand, and every membership in it. The accounts stay.</summary>
    /// <returns>Null where it is gone now; <c>not_found</c>, or <c>conflict</c> where another source keeps the group.</returns>
    public async Task<ProvisioningRefusal?> DeleteAsync(OrganizationId organization, Guid group, AuditContext context, CancellationToken ct)
    {
        await using var tx = await database.BeginAsync(organization, ct);
        var current = await tx.FirstAsync<LeavingRow>(
            """
            SELECT g.name, g.source, (SELECT count(DISTINCT m.user_id)::int FROM group_members m
                                       WHERE m.organization_id = g.organization_id AND m.group_id = g.group_id) AS members
              FROM groups g WHERE g.organization_id = @organization AND g.group_id = @group FOR UPDATE
            """,
            new { group },
            ct
        );
        if (current is null)
            return new ProvisioningRefusal(ReasonCodes.NotFound);
        if (current.Source != "administrator")
            return new ProvisioningRefusal(ReasonCodes.Conflict, "The group comes from a directory; it is removed there.");
        await tx.ExecuteAsync("DELETE FROM groups WHERE organization_id = @organization AND group_id = @group", new { group }, ct);
        var entry = new AuditEntry("group.deleted", AuditResult.Success, null, "group", group, current.Name)
        {
            Details = new Dictionary<string, object?> { ["members"] = current.Members },
        };
        await audit.RecordAsync(tx, context, entry, ct);
        await events.AppendAsync(tx, "group.deleted", group, new { members = current.Members }, clock.GetUtcNow(), ct);
        await tx.CommitAsync(ct);
        return null;
    }

    private sealed record LeavingRow(string Name, string Source, int Members);

    private static async Task<bool> ExistsAsync(Transaction tx, Guid group, CancellationToken ct) =>
        await tx.FirstAsync<int>(
            "SELECT count(*)::int FROM groups WHERE organization_id = @organization AND group_id = @group",
            new { group },
            ct
        ) > 0;

    private async Task TellAsync(
        Transaction tx,
        string action,
        Guid group,
        UserId user,
        AuditContext context,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var entry = new AuditEntry(action, AuditResult.Success, null, "user", user.Value)
        {
            Details = new Dictionary<string, object?> { ["group"] = Identifiers.Format(IdPrefix, group) },
        };
        await audit.RecordAsync(tx, context, entry, ct);
        await events.AppendAsync(tx, action, user.Value, new { group }, now, ct);
    }
}
