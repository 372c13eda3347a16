using System.Text.RegularExpressions;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Organizations;

/// <summary>What a role of an organization's own shall be.</summary>
public sealed record RoleDraft(string Name, IReadOnlyList<string> Permissions, IReadOnlyList<string> Channels);

/// <summary>Makes and changes an organization's own roles; nobody grants more than they hold (SEC-263).</summary>
/// <remarks>Errors: <c>validation_failed</c>, <c>forbidden</c>, <c>conflict</c>, <c>not_found</c>, <c>version_mismatch</c>.</remarks>
public sealed partial class ChangeRoles(Database database, AuditTrail audit, TimeProvider clock)
{
    public const int Most = 100;
    public const int LongestName = 100;

    public async Task<Result<Role, OrganizationRefusal>> CreateAsync(
        OrganizationId organization,
        string key,
        RoleDraft draft,
        Administrator by,
        CancellationToken ct
    )
    {
        if (!KeyPattern().IsMatch(key))
            return Invalid("key", "key has 1 to 40 lower-case letters, digits and hyphens and begins with a letter.");
        if (Fault(draft, by) is { } fault)
            return fault;
        var now = clock.GetUtcNow();
        var role = new Role(RoleId.New(clock), key, draft.Name.Trim(), draft.Permissions, draft.Channels, BuiltIn: false, now)
        {
            Version = 1,
        };
        await using var tx = await database.BeginAsync(organization, ct);
        if ((await RoleStore.ListAsync(tx, ct)).Count >= Most || !await RoleStore.TryAddAsync(tx, role, ct))
            return new OrganizationRefusal(ReasonCodes.Conflict, "The key is taken, or there are a hundred roles already.")
            {
                Member = "key",
            };
        await CommitAsync(tx, "role.created", role, by, ct);
        return role;
    }

    /// <param name="change">Gives what the role shall be from what it is.</param>
    /// <param name="version">The version that the caller has seen; null where any will do.</param>
    public async Task<Result<Role, OrganizationRefusal>> ChangeAsync(
        OrganizationId organization,
        string key,
        Func<Role, RoleDraft> change,
        long? version,
        Administrator by,
        CancellationToken ct
    )
    {
        await using var tx = await database.BeginAsync(organization, ct);
        if (await RoleStore.LockAsync(tx, key, ct) is not { } current)
            return new OrganizationRefusal(ReasonCodes.NotFound);
        if (current.BuiltIn)
            return new OrganizationRefusal(ReasonCodes.ValidationFailed, "A built-in role does not change; make one of your own.");
        if (version is { } seen && seen != current.Version)
            return new OrganizationRefusal(ReasonCodes.VersionMismatch);
        if (!by.Holds(current.Permissions))
            return new OrganizationRefusal(ReasonCodes.Forbidden, "The role has more permissions than you.");
        var draft = change(current);
        if (Fault(draft, by) is { } fault)
            return fault;
        var changed = current with
        {
            Name = draft.Name.Trim(),
            Permissions = draft.Permissions,
            Channels = draft.Channels,
            Version = current.Version + 1,
        };
        await RoleStore.UpdateAsync(tx, changed, ct);
        await CommitAsync(tx, "role.updated", changed, by, ct);
        return changed;
    }

    private static OrganizationRefusal? Fault(RoleDraft draft, Administrator by)
    {
        if (OrganizationNames.Fault(draft.Name, LongestName) is { } fault)
            return Invalid("name", fault);
        if (draft.Permissions.Any(permission => !Permissions.OfOrganizations.Contains(permission)))
            return Invalid("permissions", "permissions holds a word that is no permission of an organization.");
        if (draft.Channels.Any(channel => !Channels.All.Contains(channel)))
            return Invalid("channels", "channels holds web, native or unlock.");
        return by.Holds(draft.Permissions)
            ? null
            : new OrganizationRefusal(ReasonCodes.Forbidden, "Nobody grants more than they hold.") { Member = "permissions" };
    }

    private async Task CommitAsync(Transaction tx, string action, Role role, Administrator by, CancellationToken ct)
    {
        var entry = new AuditEntry(action, AuditResult.Success, null, "role", role.Id.Value, role.Name)
        {
            Details = new Dictionary<string, object?>
            {
                ["key"] = role.Key,
                ["permissions"] = role.Permissions.ToArray(),
                ["channels"] = role.Channels.ToArray(),
            },
        };
        await audit.RecordAsync(tx, by.Context, entry, ct);
        await tx.CommitAsync(ct);
    }

    private static OrganizationRefusal Invalid(string member, string detail) =>
        new(ReasonCodes.ValidationFailed, detail) { Member = member };

    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,39}\z")]
    private static partial Regex KeyPattern();
}
